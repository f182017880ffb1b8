/** What /proc says of a process: memory and CPU time. */
import { readFileSync } from 'node:fs'

/** Clock ticks per second: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

export const rssMiB = (pid: number): number =>
  field(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmRSS') / 1024

/** Proportional set size: shared pages are split among those who share them. */
export const pssKiB = (pid: number): number => field(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'), 'Pss')

/** User and system time so far, milliseconds, to 10 ms. */
export const cpuMs = (pid: number): number => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000
}

const field = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1])
