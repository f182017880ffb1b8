/**
 * A place in which a unit can be tried while the same one runs: a network of its own, so that ports do not clash and health
 * checks reach the one that is tried; and empty directories where RuntimeDirectory=, StateDirectory= and their kin lie.
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { GitprocError } from '../../base/error.ts'
import type { HostFacts } from '../../units/host-facts.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'

const mark = 'GITPROC_BISECT_ASIDE'

export const isAside = (): boolean => process.env[mark] === '1'

/** Runs this very command again in a network and a view of the file system of its own; gives its exit status. */
export const runAside = (): Promise<number> => {
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const child = spawn('unshare', ['--net', '--mount', '--propagation', 'private', ...command], {
    stdio: 'inherit',
    env: { ...process.env, [mark]: '1' },
  })
  // A terminal sends Ctrl-C to both; the one inside stops what it tries, and ends.
  const wait = (): void => {}
  process.on('SIGINT', wait)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.on('error', (cause) =>
      reject(
        new GitprocError('executor/unsupported', `unshare cannot be run: ${cause.message}`, {
          remedy: 'stop the unit, then: gitproc bisect --no-aside',
          cause,
        }),
      ),
    )
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

const kinds = [
  ['RuntimeDirectory', 'runtime'],
  ['StateDirectory', 'state'],
  ['CacheDirectory', 'cache'],
  ['LogsDirectory', 'logs'],
] as const

/** Puts an empty directory in front of each that the unit shares with the running one. Only in a place of one's own. */
export const coverDirectories = (unit: LoadedUnit, { directories }: HostFacts): void => {
  for (const [directive, base] of kinds) {
    for (const { path } of unit.service?.[directive] ?? []) {
      const directory = `${directories[base]}/${path}`
      if (!existsSync(directory)) continue
      const { uid, gid, mode } = statSync(directory)
      const options = `uid=${uid},gid=${gid},mode=${(mode & 0o7777).toString(8)}`
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'gitproc-bisect', directory])
    }
  }
}
