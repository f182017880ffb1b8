/**
 * Hundreds of services started together and stopped together: wall clock, the daemon's CPU time, its memory at the peak.
 * `npm run bench burst`; TMPDIR says on which file system. Nobody asks the daemon anything while it starts them.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Sandbox } from '../test/support/sandbox.ts'
import { type Measurement, median, timed } from './measure.ts'
import { cpuMs } from './process-facts.ts'

export interface Round {
  readonly startMs: number
  readonly startCpuMs: number
  readonly stopMs: number
  readonly stopCpuMs: number
  readonly peakMiB: number
}

export const measureBurst = async (count: number, rounds: number): Promise<readonly Measurement[]> => {
  const all: Round[] = []
  for (let round = 0; round < rounds; round++) all.push(await measureRound(count))
  const of = (name: keyof Round): Pick<Measurement, 'value' | 'note'> => {
    const values = all.map((one) => one[name])
    return { value: median(values), note: `${rounds} rounds: ${values.map(Math.round).join(' ')}` }
  }
  const label = `${count} services`
  return [
    { what: `${label}: daemon start → last one in main`, unit: 'ms', budget: 936, ...of('startMs') },
    { what: `${label}: CPU time of the daemon for that`, unit: 'ms', ...of('startCpuMs') },
    { what: `${label}: stop of all, the command included`, unit: 'ms', budget: 600, ...of('stopMs') },
    { what: `${label}: CPU time of the daemon for that`, unit: 'ms', ...of('stopCpuMs') },
    { what: `${label}: RSS of the daemon at its peak`, unit: 'MiB', ...of('peakMiB') },
  ]
}

export const measureRound = async (count: number): Promise<Round> => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  try {
    await sandbox.init(sleepers(count))
    const began = Date.now()
    await sandbox.start()
    await allInMain(join(sandbox.prefix, 'run', 'units'), count)
    const startCpuMs = cpuMs(sandbox.daemonPid)
    const { units } = await sandbox.until((status) => status.units.every((unit) => unit.startedAtMs))
    const startMs = Math.max(...units.map((unit) => unit.startedAtMs ?? Number.NaN)) - began
    const beforeStopMs = cpuMs(sandbox.daemonPid)
    const stopMs = await timed(() => sandbox.gitproc('stop', '--all', '--wait'))
    const stopCpuMs = cpuMs(sandbox.daemonPid) - beforeStopMs
    return { startMs, startCpuMs, stopMs, stopCpuMs, peakMiB: peakRssMiB(sandbox.daemonPid) }
  } finally {
    await sandbox.end()
  }
}

export const sleepers = (count: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `s${index}.service`,
      '[Service]\nExecStart=/bin/sleep 100000\n',
    ]),
  )

/** As the shims write it down, so that the daemon is left to its work. */
const allInMain = async (units: string, count: number): Promise<void> => {
  const isInMain = (unit: string): boolean =>
    readdirSync(join(units, unit)).some((run) => hasFile(join(units, unit, run, 'main')))
  for (const pending = new Set(Array.from({ length: count }, (_, index) => `s${index}.service`)); ; ) {
    for (const unit of pending) if (hasFile(join(units, unit)) && isInMain(unit)) pending.delete(unit)
    if (pending.size === 0) return
    await delay(50)
  }
}

const hasFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

const peakRssMiB = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
