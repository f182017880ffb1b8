/** What /proc tells about processes. Reads are synchronous: a few microseconds each, and the answer is of this moment. */
import { readdirSync, readFileSync } from 'node:fs'
import type { ProcessId } from '../base/process-id.ts'

export interface ProcessStat extends ProcessId {
  readonly parent: number
  readonly session: number
  readonly isZombie: boolean
  /** It was forked and has not called exec(2) yet. */
  readonly isBeforeExec: boolean
  /** User and system time, in clock ticks, with that of children that were waited for. */
  readonly cpuTicks: number
  readonly threads: number
  /** Resident pages. */
  readonly residentPages: number
}

/** PF_FORKNOEXEC of the kernel. */
const forkedWithoutExec = 0x40

/** Undefined: there is no such process (any more). */
export function readStat(pid: number): ProcessStat | undefined {
  const text = readOrUndefined(`/proc/${pid}/stat`)
  // The second field is the program's name in parentheses and may hold anything, parentheses and newlines too.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  if (fields === undefined || fields.length < 22) return undefined
  const field = (number: number): number => Number(fields[number - 3])
  return {
    pid,
    startTicks: field(22),
    parent: field(4),
    session: field(6),
    isZombie: fields[0] === 'Z' || fields[0] === 'X',
    isBeforeExec: (field(9) & forkedWithoutExec) !== 0,
    cpuTicks: field(14) + field(15) + field(16) + field(17),
    threads: field(20),
    residentPages: field(24),
  }
}

/** Same pid, same start time, no zombie. */
export function isAlive(process: ProcessId): boolean {
  const stat = readStat(process.pid)
  return stat !== undefined && stat.startTicks === process.startTicks && !stat.isZombie
}

export const readArguments = (pid: number): readonly string[] => {
  const text = readOrUndefined(`/proc/${pid}/cmdline`) ?? ''
  return text.split('\0').slice(0, -1)
}

/** Undefined where it may not be read: another user's process. */
export const readEnvironment = (pid: number): readonly string[] | undefined =>
  readOrUndefined(`/proc/${pid}/environ`)?.split('\0')

export const listPids = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

export const readBootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

/** The file's text, or undefined where it is gone or may not be read; a process may go between any two lines. */
export function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
