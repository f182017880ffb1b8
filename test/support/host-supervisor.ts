/** A real supervisor on a real executor, in a temporary directory, without git and without a daemon. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cause } from '../../src/base/cause.ts'
import { silentLog } from '../../src/base/log.ts'
import { createExecutor } from '../../src/executor/process-executor.ts'
import { createLogCapture } from '../../src/logs/capture.ts'
import { readHostFacts } from '../../src/read-host-facts.ts'
import { openUnitStates } from '../../src/store/unit-states.ts'
import type { UnitStatus } from '../../src/supervisor/unit-status.ts'
import { createHostSupervisor } from '../../src/supervisor-on-host.ts'
import { systemClock } from '../../src/system-clock.ts'
import { loadUnits } from '../../src/units/load.ts'
import { toBeGone } from './outside.ts'
import { ownCgroupRoot, removeCgroups } from './own-cgroups.ts'
import { treeOf } from './trees.ts'

export const byRoot: Cause = { kind: 'operator', text: 'asked by root', who: 'root' }

export type HostSupervisor = Awaited<ReturnType<typeof superviseIn>>

export async function superviseIn(directory: string, privatePids: 'auto' | 'no' = 'no') {
  const facts = { ...readHostFacts(), bootId: 'this' }
  const cgroupRoot = ownCgroupRoot(directory)
  if (cgroupRoot !== undefined) toBeGone(cgroupRoot)
  const executor = await createExecutor({
    runDirectory: join(directory, 'run'),
    clock: systemClock,
    cgroupRoot,
  })
  const logs = createLogCapture({ directory: join(directory, 'log'), clock: systemClock, log: silentLog })
  const unitStates = openUnitStates(join(directory, 'unit-states.jsonl'), { log: silentLog })
  const supervisor = await createHostSupervisor({
    executor,
    logs,
    log: process.env['GITPROC_TEST_LOG'] ? { ...silentLog, ...console } : silentLog,
    clock: systemClock,
    unitStates,
    hostFacts: async () => ({
      ...facts,
      directories: { ...facts.directories, runtime: join(directory, 'runtime') },
    }),
    isHeld: () => false,
    newInvocationId: () => randomBytes(16).toString('hex'),
    runDirectory: join(directory, 'notify'),
    privatePids,
  })
  return {
    supervisor,
    executor,
    define(files: Readonly<Record<string, string>>): void {
      const { units, diagnostics } = loadUnits(treeOf(files), facts)
      const error = diagnostics.find(({ severity }) => severity === 'error')
      if (error !== undefined) throw new Error(error.message)
      for (const unit of units.values()) supervisor.define(unit, 'a'.repeat(40))
    },
    output: (unit: string, stream: 'out' | 'err' = 'out') => {
      try {
        return readFileSync(join(directory, 'log', unit, stream), 'utf8')
      } catch {
        return ''
      }
    },
    /** Resolves when the unit is in one of these sub-states. */
    until(unit: string, ...states: readonly string[]): Promise<void> {
      return this.untilStatus(unit, ({ subState }) => states.includes(subState))
    },
    untilStatus(unit: string, isIt: (status: UnitStatus) => boolean): Promise<void> {
      return new Promise((resolve, reject) => {
        const isThere = () => supervisor.statuses().some((status) => status.name === unit && isIt(status))
        if (isThere()) return resolve()
        const late = setTimeout(
          () => reject(new Error(`${unit}: ${JSON.stringify(supervisor.status(unit))}`)),
          30_000,
        )
        const unsubscribe = supervisor.subscribe(() => {
          if (!isThere()) return
          clearTimeout(late)
          unsubscribe()
          resolve()
        })
      })
    },
    /** The daemon ends; services go on. */
    async close(): Promise<void> {
      supervisor.close()
      await executor.close()
      await logs.close()
      await unitStates.close()
    },
    async end(): Promise<void> {
      for (const { name } of supervisor.statuses()) await supervisor.stop(name, byRoot)
      await supervisor.settled()
      await this.close()
      if (cgroupRoot !== undefined) await removeCgroups(cgroupRoot)
    },
  }
}
