/** What the dumper of `fixtures/argv-dump.c` wrote down about one process. */
import { decodeBytes } from '../../src/base/lossless-text.ts'

/** What one process received. */
export interface ProcessRun {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly uid: number
  readonly gid: number
  readonly umask: string
  readonly nice: number
}

export const processRunOf = (bytes: Buffer): ProcessRun => {
  const fields = decodeBytes(bytes).split('\0').slice(0, -1)
  const all = (kind: string) => fields.filter((field) => field[0] === kind).map((field) => field.slice(1))
  const one = (kind: string) => all(kind)[0] ?? ''
  const env = all('E').map((text): [string, string] => {
    const name = text.slice(0, text.indexOf('='))
    return [name, givenValue(name, text.slice(name.length + 1))]
  })
  return {
    argv: all('A'),
    env: Object.fromEntries(env.filter(([name]) => !isOwn(name))),
    cwd: one('C'),
    uid: Number(one('U')),
    gid: Number(one('G')),
    umask: one('M'),
    nice: Number(one('N')),
  }
}

/** What systemd sets for itself, and what the table leaves out. */
const isOwn = (name: string): boolean =>
  ['INVOCATION_ID', 'JOURNAL_STREAM', 'SYSTEMD_EXEC_PID', 'LANG'].includes(name)

/** Where the manager's socket lies and which pid it is differ from run to run. */
const givenValue = (name: string, value: string): string => {
  if (name === 'NOTIFY_SOCKET' && value.endsWith('/notify')) return '/run/systemd/notify'
  return name === 'WATCHDOG_PID' && /^[1-9]\d*$/.test(value) ? '<pid>' : value
}
