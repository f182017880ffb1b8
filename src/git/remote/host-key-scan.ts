/** Asks an ssh server for its host keys (ssh-keyscan(1)). What it answers is not to be trusted before a person has looked. */
import { execFile } from 'node:child_process'
import { GitprocError } from '../../base/error.ts'
import { type HostKey, hostPattern, parseHostKeys } from './known-hosts.ts'

export interface SshHost {
  readonly host: string
  readonly port: number | undefined
}

const timeoutSeconds = 10

/** Fails `git/unreachable`, `git/no-program`. */
export const scanHostKeys = ({ host, port }: SshHost): Promise<readonly HostKey[]> =>
  new Promise((resolve, reject) => {
    const at = port === undefined ? [] : ['-p', String(port)]
    const args = ['-T', String(timeoutSeconds), ...at, '--', host]
    execFile('ssh-keyscan', args, { timeout: 2000 * timeoutSeconds }, (error, stdout) => {
      // ssh-keyscan leaves the brackets out where the port is the usual one only.
      const keys = parseHostKeys(stdout).map((key) => ({ ...key, host: hostPattern(host, port) }))
      if (keys.length > 0) resolve(keys)
      else
        reject(
          (error as NodeJS.ErrnoException | null)?.code === 'ENOENT' ? noScan(error) : silent(host, error),
        )
    })
  })

/** `HOST`, `HOST:PORT`, `[ADDRESS]:PORT`; undefined for anything else. */
export const parseSshHost = (text: string): SshHost | undefined => {
  const found = /^(?:\[(?<address>[\da-fA-F:.]+)\]|(?<name>[A-Za-z\d_][\w.-]*))(?::(?<port>\d{1,5}))?$/.exec(
    text,
  )?.groups
  const host = found?.['address'] ?? found?.['name']
  const port = found?.['port'] === undefined ? undefined : Number(found['port'])
  return host === undefined || (port !== undefined && port > 65_535) ? undefined : { host, port }
}

const silent = (host: string, cause: unknown): GitprocError =>
  new GitprocError('git/unreachable', `no ssh server answers at ${host}`, {
    retry: 'later',
    remedy: `check the name and the port: gitproc hostkey accept HOST:PORT`,
    cause,
  })

const noScan = (cause: unknown): GitprocError =>
  new GitprocError('git/no-program', 'the program ssh-keyscan is not installed', {
    remedy: 'apt-get install openssh-client',
    cause,
  })
