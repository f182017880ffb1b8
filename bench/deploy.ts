/** From a moved ref to a new main process, with ten and with a thousand units; and from a crash to the next start. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Sandbox } from '../test/support/sandbox.ts'
import { untilWritten } from '../test/support/until-written.ts'
import { type Measurement, median, quantile } from './measure.ts'

const runs = 25
const crashSeconds = 4

/** Writes the time at which it runs, to the nanosecond, then stays. */
export const stamping = (file: string, salt: string): string =>
  `[Service]\nEnvironment=SALT=${salt}\nExecStart=/bin/sh -c 'date +%%s.%%N >>${file}; exec sleep 100000'\n`

export const inert = (count: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count - 1 }, (_, index) => [
      `group${index}.target`,
      `[Unit]\nDescription=group ${index}\n`,
    ]),
  )

export const measureDeploy = async (count: number, budget: number): Promise<readonly Measurement[]> => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  const stamps = join(sandbox.prefix, 'stamps')
  try {
    await sandbox.init({ ...inert(count), 'web.service': stamping(stamps, 'first') })
    await sandbox.start()
    await sandbox.synced()
    const latencies: number[] = []
    for (let run = 0; run < runs; run++) {
      const before = lines(stamps).length
      await sandbox.commit({ 'web.service': stamping(stamps, `run${run}`) })
      const moved = refTime(sandbox)
      // Without asking for the status meanwhile: thousands of units in it would be measured, too.
      await untilWritten(stamps, new RegExp(`^(.*\n){${before + 1}}`))
      await sandbox.post('/v1/sync', { wait: true })
      latencies.push(Number(lines(stamps).at(-1)) * 1000 - moved)
    }
    const what = `ref updated → new main process, ${count} units`
    return [
      { what: `${what}, p50`, value: median(latencies), unit: 'ms', budget },
      {
        what: `${what}, p99`,
        value: quantile(latencies, 0.99),
        unit: 'ms',
        budget: 150,
        note: `${runs} commits`,
      },
    ]
  } finally {
    await sandbox.end()
  }
}

export const measureCrash = async (): Promise<readonly Measurement[]> => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  try {
    await sandbox.init({
      'crash.service':
        '[Service]\nRestart=always\nRestartSec=0\nStartLimitBurst=0\nExecStart=/bin/sleep 0.05\n',
    })
    await sandbox.start()
    await delay(crashSeconds * 1000) // asking for the status meanwhile would be measured, too
    const gaps = gapsOf(sandbox.daemonOutput)
    return [
      {
        what: 'crash → next start, RestartSec=0',
        value: median(gaps),
        unit: 'ms',
        budget: 10,
        note: `${gaps.length} restarts`,
      },
    ]
  } finally {
    await sandbox.end()
  }
}

/** Milliseconds between the end of one run and the beginning of the next, as the daemon's log tells them. */
const gapsOf = (log: string): readonly number[] => {
  const gaps: number[] = []
  let endedAtMs: number | undefined
  for (const line of log.split('\n').filter((candidate) => candidate.includes('"unit changed state"'))) {
    const { time, from, to } = JSON.parse(line) as {
      readonly time: string
      readonly from: string
      readonly to: string
    }
    if (from === 'running') endedAtMs = Date.parse(time)
    if (to === 'running' && endedAtMs !== undefined) gaps.push(Date.parse(time) - endedAtMs)
  }
  return gaps
}

export const lines = (file: string): readonly string[] => {
  try {
    return readFileSync(file, 'utf8').trim().split('\n')
  } catch {
    return []
  }
}

/** When git wrote the ref: the moment the daemon could know. */
const refTime = (sandbox: Sandbox): number =>
  statSync(join(sandbox.repo, '.git', 'refs', 'heads', 'main')).mtimeMs
