/** What /proc says of a process: memory and CPU time. */
import { readFileSync, writeFileSync } from 'node:fs'

/** Clock ticks per second: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

export const rssMiB = (pid: number): number =>
  field(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmRSS') / 1024

/** Proportional set size: shared pages are split among those who share them. */
export const pssKiB = (pid: number): number => field(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'), 'Pss')

/** The most that it had resident, since its start or `forgetPeak`. */
export const peakMiB = (pid: number): number =>
  field(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmHWM') / 1024

/** proc(5), clear_refs. */
export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5')

/** User and system time so far, milliseconds, to 10 ms. */
export const cpuMs = (pid: number): number => ticksOf(pid, 11, 12)

/** The same of its children that have ended. */
export const reapedCpuMs = (pid: number): number => ticksOf(pid, 13, 14)

const ticksOf = (pid: number, ...fields: readonly number[]): number => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const values = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.reduce((sum, at) => sum + Number(values[at]), 0)
  return (ticks / ticksPerSecond) * 1000
}

const field = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1])
