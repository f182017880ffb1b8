/** The main process of a forking daemon: what its PIDFile= says, or the only process it left behind (GuessMainPID=). */
import { type FSWatcher, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { ProcessId } from '../base/process-id.ts'
import { isOurFile, readWithoutWaiting } from './launch/trusted-file.ts'
import type { SupervisorPorts } from './ports.ts'
import type { ServiceUnit } from './service-unit.ts'

type FactPorts = Pick<SupervisorPorts, 'executor' | 'processFacts' | 'clock'>

/** Waits for the PID file for as long as it `isWanted`: TimeoutStartSec= ends that. Undefined: none can be told. */
export async function findMainProcess(
  unit: ServiceUnit,
  ports: FactPorts,
  isWanted: () => boolean,
): Promise<ProcessId | undefined> {
  const { pidFile, guessMainPid } = unit.policy
  if (pidFile === undefined) return guessMainPid ? guessMain(unit.name, ports) : undefined
  return awaitPidFile(pidFile, unit.name, ports, isWanted)
}

async function awaitPidFile(
  path: string,
  unit: string,
  ports: FactPorts,
  isWanted: () => boolean,
): Promise<ProcessId | undefined> {
  let found = await readPidFile(path, unit, ports)
  while (found === undefined && isWanted()) {
    await changeOf(path, ports.clock)
    found = await readPidFile(path, unit, ports)
  }
  return found
}

/** A process of the unit's own; or any, where only root could have written the file: nobody else may name what we kill. */
async function readPidFile(path: string, unit: string, ports: FactPorts): Promise<ProcessId | undefined> {
  const text = await readWithoutWaiting(path).then(String, () => '')
  const pid = Number(/^\s*(\d+)\s*$/.exec(text)?.[1] ?? Number.NaN)
  const found = Number.isNaN(pid) ? undefined : ports.processFacts.identify(pid)
  if (found === undefined) return undefined
  const isOwn = (await ports.executor.processes(unit)).some((process) => process.pid === pid)
  return isOwn || (pid !== 1 && pid !== process.pid && isOurFile(path)) ? found : undefined
}

/** Something happened in the file's directory; or a while has passed, where that can't be watched or was missed. */
function changeOf(path: string, clock: SupervisorPorts['clock']): Promise<void> {
  return new Promise((resolve) => {
    let watcher: FSWatcher | undefined
    const end = () => {
      cancel()
      watcher?.close()
      resolve()
    }
    const cancel = clock.at(clock.now() + 250, end)
    try {
      watcher = watch(dirname(path), { persistent: false }, end)
      watcher.on('error', end)
    } catch {
      // The directory is not there yet: the while decides.
    }
  })
}

/** The one process whose parent is none of the unit's; where several stand beside each other, nobody can tell. */
async function guessMain(
  unit: string,
  { executor, processFacts }: Pick<SupervisorPorts, 'executor' | 'processFacts'>,
): Promise<ProcessId | undefined> {
  const processes = await executor.processes(unit)
  const pids = new Set(processes.map(({ pid }) => pid))
  const tops = processes.filter(({ pid }) => !pids.has(processFacts.parentOf(pid) ?? 0))
  return tops.length === 1 ? tops[0] : undefined
}
