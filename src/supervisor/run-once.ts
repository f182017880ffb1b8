/** One unit from start to rest, in the foreground: what `gitproc run` does with a supervisor that has only this unit. */
import type { Cause } from '../base/cause.ts'
import type { Executor } from '../executor/executor.ts'
import { isDown } from '../lifecycle/outcome.ts'
import type { ServiceState } from '../lifecycle/service-state.ts'
import type { UnitRecord } from '../lifecycle/unit-record.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { SupervisorPorts } from './ports.ts'
import type { Run } from './run-report.ts'
import type { RunningSupervisor } from './supervisor.ts'

export interface Stage {
  readonly supervisor: RunningSupervisor
  readonly executor: Pick<Executor, 'processes' | 'subscribe'>
  /** The store that the supervisor was made with. */
  readonly record: RecordInMemory
  readonly cause: Cause
  /** Calls back at each request to stop; gives what ends that. */
  readonly onInterrupt: (interrupted: () => void) => () => void
}

/** Stands for the store of a daemon: what is known of the unit now, and who wants to hear of changes. */
export class RecordInMemory implements Pick<SupervisorPorts['unitStates'], 'load' | 'save' | 'remove'> {
  #state: ServiceState | undefined
  #mainPid: number | undefined
  #changed: () => void = () => {}

  /** Precondition: the unit was started. */
  get state(): ServiceState {
    if (this.#state === undefined) throw new Error('there is no state before the first start')
    return this.#state
  }

  /** Of the last main process. */
  get mainPid(): number | undefined {
    return this.#mainPid
  }

  load(): Promise<ReadonlyMap<string, unknown>> {
    return Promise.resolve(new Map())
  }

  save(_unit: string, record: unknown): void {
    this.#state = (record as UnitRecord).service
    this.#mainPid = this.#state.main?.process?.pid ?? this.#mainPid
    this.touch()
  }

  remove(): void {}

  /** Resolves at the next change. */
  change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve
    })
  }

  touch(): void {
    this.#changed()
  }
}

/** A unit that stays active with nothing running (RemainAfterExit=) is stopped, ExecStop= and all. */
export async function runOnce(
  definition: LoadedUnit,
  stage: Stage,
): Promise<Omit<Run, 'unit' | 'signalNumbers'>> {
  const { supervisor, executor, record, cause } = stage
  const unit = withoutRestart(definition)
  supervisor.define(unit, 'files')
  const endInterrupts = stage.onInterrupt(interrupter(unit.name, stage))
  const endEvents = executor.subscribe(() => record.touch())
  try {
    const outcome = await supervisor.start(unit.name, cause)
    await untilAtRest(unit.name, stage)
    const atRest = record.state
    const afterStop = isDown(atRest) ? undefined : await stop(unit.name, stage)
    await supervisor.settled()
    const notEnforced = supervisor.status(unit.name)?.notEnforced ?? []
    return { outcome, atRest, afterStop, mainPid: record.mainPid, notEnforced }
  } finally {
    endEvents()
    endInterrupts()
  }
}

/** As if `Restart=no` stood at the end of the file: one run is what was asked for. */
export const withoutRestart = (unit: LoadedUnit): LoadedUnit => {
  if (unit.service === undefined) return unit
  const nothing = { statuses: [], signals: [] }
  const position = { file: unit.fragment ?? unit.name, line: 1, column: 1 }
  return {
    ...unit,
    service: { ...unit.service, Restart: 'no', RestartForceExitStatus: nothing },
    origins: [...unit.origins, { directive: 'Service.Restart', text: 'no', position }],
  }
}

async function stop(name: string, { supervisor, record }: Stage): Promise<ServiceState> {
  await supervisor.stop(name, { kind: 'operator', text: 'nothing of it runs any more' })
  return record.state
}

/** The first interrupt stops the unit as its file says, each further one kills what still runs. */
const interrupter = (name: string, { supervisor }: Stage): (() => void) => {
  let isStopping = false
  return () => {
    if (isStopping) void supervisor.kill(name, 'SIGKILL', 'all')
    else void supervisor.stop(name, { kind: 'operator', text: 'interrupted' })
    isStopping = true
  }
}

async function untilAtRest(name: string, { executor, record }: Stage): Promise<void> {
  for (;;) {
    const change = record.change()
    if (await isAtRest(name, record.state, executor)) return
    await change
  }
}

const isAtRest = async (
  name: string,
  state: ServiceState,
  executor: Pick<Executor, 'processes'>,
): Promise<boolean> =>
  isDown(state) || (state.state === 'exited' && (await executor.processes(name)).length === 0)
