/** Our own file of ssh host keys, in the form of known_hosts (sshd(8)): read, listed, and written by `gitproc hostkey` alone. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeOwnedFile } from '../owned-file.ts'

export interface HostKey {
  /** `host`, or `[host]:port` where the port is not 22. */
  readonly host: string
  /** `ssh-ed25519`, … */
  readonly type: string
  /** Base64, as it stands in the file. */
  readonly key: string
}

/** As ssh shows it and administrators publish it. */
export const fingerprint = ({ key }: HostKey): string =>
  `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`

/** As known_hosts names it. */
export const hostPattern = (host: string, port: number | undefined): string =>
  port === undefined || port === 22 ? host : `[${host}]:${port}`

/** Lines that are no keys, and comments, are left out. */
export const parseHostKeys = (text: string): readonly HostKey[] =>
  text.split('\n').flatMap((line) => {
    const [, host, type, key] =
      /^([^\s#@|]\S*) ([\w.@-]+) (AAAA[A-Za-z0-9+/]+=*)(?:\s.*)?$/.exec(line.trim()) ?? []
    return host === undefined || type === undefined || key === undefined ? [] : [{ host, type, key }]
  })

export const readHostKeys = (file: string): readonly HostKey[] =>
  existsSync(file) ? parseHostKeys(readFileSync(file, 'utf8')) : []

/** These are the host's keys from now on: what was accepted for it before is forgotten. */
export const acceptHostKeys = (file: string, host: string, keys: readonly HostKey[]): void => {
  const others = readHostKeys(file).filter((each) => each.host !== host)
  const lines = [...others, ...keys].map(({ host: name, type, key }) => `${name} ${type} ${key}\n`)
  writeOwnedFile(file, Buffer.from(lines.join('')), 0o600)
}
