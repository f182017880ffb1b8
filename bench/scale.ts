/** Hundreds of services under one daemon: launch, memory, idle CPU, death of the daemon and re-adoption, stop. */
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { Sandbox } from '../test/support/sandbox.ts'
import { type Measurement, timed } from './measure.ts'
import { cpuMs, pssKiB, rssMiB } from './process-facts.ts'

const idleSeconds = 30

const units = (count: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `s${index}.service`,
      '[Service]\nExecStart=/bin/sleep 100000\n',
    ]),
  )

export const measureScale = async (
  count: number,
  settings: Readonly<Record<string, string>>,
): Promise<readonly Measurement[]> => {
  const sandbox = new Sandbox({ settings })
  const label = `${count} services, private_pids=${settings['PRIVATE_PIDS'] ?? 'auto'}`
  try {
    await sandbox.init({ 'none.target': '[Unit]\nDescription=nothing\n' })
    await sandbox.start()
    await sandbox.synced()
    const daemonAlone = rssMiB(sandbox.daemonPid)
    await sandbox.kill('SIGTERM')
    await sandbox.commit(units(count))
    const began = Date.now()
    await sandbox.start()
    const { units: running } = await sandbox.synced()
    const launch = Math.max(...running.map((unit) => unit.startedAtMs ?? Number.NaN)) - began
    // What a start of hundreds has taken is given back some seconds later.
    await delay(10_000)
    const before = cpuMs(sandbox.daemonPid)
    await delay(idleSeconds * 1000)
    const idle = cpuMs(sandbox.daemonPid) - before
    const rss = rssMiB(sandbox.daemonPid)
    const perService = memoryPerService(await mainPids(sandbox))
    await sandbox.kill()
    const adopt = await timed(() => sandbox.start())
    const stop = await timed(() => sandbox.gitproc('stop', '--all', '--wait'))
    return [
      { what: `${label}: daemon start → last one in main`, value: launch, unit: 'ms', budget: 936 },
      {
        what: `${label}: daemon RSS (alone ${daemonAlone.toFixed(0)} MiB)`,
        value: rss,
        unit: 'MiB',
        budget: 100,
      },
      { what: `${label}: PSS of what gitproc adds to each`, value: perService, unit: 'KiB', budget: 150 },
      { what: `${label}: CPU in ${idleSeconds} idle seconds`, value: idle, unit: 'ms', budget: 30 },
      { what: `${label}: killed → ready again with all adopted`, value: adopt, unit: 'ms', budget: 1000 },
      { what: `${label}: stop of all`, value: stop, unit: 'ms', budget: 600, note: 'command included' },
    ]
  } finally {
    await sandbox.end()
  }
}

const mainPids = async (sandbox: Sandbox): Promise<readonly number[]> =>
  (await sandbox.status()).units.flatMap((unit) => unit.mainPid ?? [])

/** Everything between the daemon and the service: the shim, and unshare where there is a PID namespace. */
const memoryPerService = (mains: readonly number[]): number => {
  const own = new Set(mains)
  const shims = readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && !own.has(Number(name)) && isShim(Number(name)),
  )
  return shims.reduce((sum, pid) => sum + pssKiB(Number(pid)), 0) / Math.max(1, mains.length)
}

const isShim = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('shim.sh')
  } catch {
    return false
  }
}
