/** What must hold after everything that happens, and what must hold once all has come to rest. */
import type { StatusAnswer } from '../../src/api/contract.ts'
import type { UnitRecord } from '../../src/lifecycle/unit-record.ts'
import type { AppliedUnit } from '../../src/store/records.ts'
import { activationProblem } from './activation-laws.ts'
import { exitText, type Kernel, type SimProcess } from './kernel.ts'
import type { Disk } from './sim-stores.ts'

export class BrokenLaw extends Error {}

/** A moment's delay between what is written and what is done about it. */
const graceMs = 200

export class Laws {
  readonly #disk: Disk
  readonly #now: () => number
  /** The first law that was broken: what breaks after it may follow from it. */
  broken: BrokenLaw | undefined
  /** When the present daemon began: what the last one had decided is done first. */
  bootedAtMs = 0

  constructor(disk: Disk, now: () => number) {
    this.#disk = disk
    this.#now = now
  }

  readonly fail = (law: string): void => {
    this.broken ??= new BrokenLaw(law)
  }

  /** Never two mains of a unit; no run begins beside another; what a person stopped is not started. */
  readonly appeared = (process: SimProcess, living: readonly SimProcess[]): void => {
    const { unit, role, invocationId, pid } = process
    if (role === undefined) return
    const others = living.filter((other) => other.unit === unit)
    const twin = others.find((other) => other.role?.startsWith('main') && role.startsWith('main'))
    if (twin !== undefined) this.fail(`two mains: ${unit} has ${twin.pid} and gets ${pid}`)
    const earlier = others.find((other) => other.invocationId !== invocationId)
    if (earlier !== undefined)
      this.fail(`a run begins beside another: ${unit} has ${earlier.pid} of an earlier one and gets ${pid}`)
    const hold = this.#disk.holds.get(unit)
    const isBeginning = others.length === 0
    const isOnItsWayDown = /^Exec(Stop|StopPost)/.test(role)
    if (
      hold !== undefined &&
      isBeginning &&
      !isOnItsWayDown &&
      this.#now() - Math.max(hold.sinceMs, this.bootedAtMs) > graceMs
    )
      this.fail(`a deliberate stop is not restarted: ${unit} is held since ${hold.sinceMs} and gets ${pid}`)
  }

  /** A rejected definition is not applied again. */
  readonly intends = (units: readonly AppliedUnit[], before: ReadonlyMap<string, AppliedUnit>): void => {
    for (const { name, hash } of units) {
      if (before.get(name)?.hash === hash) continue
      const rejection = this.#disk.rejections
        .all()
        .find((entry) => entry.unit === name && entry.hash === hash)
      if (rejection !== undefined) this.fail(`a rejected definition is not applied again: ${name} ${hash}`)
    }
  }

  /** After each thing that happened, whether a daemon lives or not. */
  always(kernel: Kernel): void {
    for (const [unit, saved] of this.#disk.unitStates) {
      const { service } = saved as Partial<UnitRecord>
      if (service === undefined || 'kind' in service) continue
      const isOver = ['dead', 'failed', 'auto-restart', 'auto-restart-queued'].includes(service.state)
      if (isOver && (kernel.livingOf(unit).length > 0 || kernel.launching(unit)))
        this.fail(
          `never called ${service.state} with a live process: ${unit} ${kernel.livingOf(unit).map(({ pid }) => pid)}`,
        )
      this.#checkExit(unit, service, kernel)
    }
  }

  /** Exit statuses are what the kernel said; what it never said is unknown. */
  #checkExit(unit: string, { invocation, mainExit }: UnitRecord['service'], kernel: Kernel): void {
    if (invocation === undefined || mainExit === undefined || mainExit.failedStep !== undefined) return
    const truths = ['main', 'main.1', 'ExecStart.0'].flatMap(
      (role) => kernel.endOf({ unit, invocationId: invocation.id, role }) ?? [],
    )
    const said = exitText(mainExit.exit)
    if (truths.some((truth) => exitText(truth) === said)) return
    const isUnknowable = mainExit.exit.kind === 'unknown' && /no child|never launched/.test(mainExit.exit.why)
    if (!isUnknowable)
      this.fail(`exit statuses are the kernel's: ${unit} says "${said}", was "${truths.map(exitText)}"`)
  }

  /** Every process belongs to a unit that is known. */
  known(kernel: Kernel, isKnown: (unit: string) => boolean): void {
    const stray = kernel.living.find(({ unit }) => !isKnown(unit))
    if (stray !== undefined) this.fail(`no process without a unit: ${stray.unit} ${stray.pid}`)
  }
}

/** Longer than every time-out of the fleet. */
const longestStateMs = 10_000

export interface AtRest {
  readonly now: number
  readonly status: StatusAnswer
  readonly kernel: Kernel
  readonly disk: Disk
  readonly applied: ReadonlyMap<string, AppliedUnit>
  readonly good: ReadonlyMap<string, AppliedUnit>
  /** Canonical hashes of the units of the branch's tip. */
  readonly headHashes: ReadonlyMap<string, string>
  /** Clients whom nobody has answered. */
  readonly clients: number
}

/** What is wrong with a world at rest; undefined: the actual graph is the desired one, or what keeps it from that is known. */
export function whatIsWrong(rest: AtRest): string | undefined {
  const { status, applied, good, headHashes, disk } = rest
  if (status.sync === 'Unknown' || status.syncReason === 'Progressing')
    return `a deployment ends: still ${status.sync} ${status.syncReason}`
  const isSynced = status.sync === 'Synced' || status.syncReason === 'Held'
  if (isSynced && differing(applied, headHashes).length > 0)
    return `what is called synced is the tip: ${differing(applied, headHashes)}`
  const last = disk.generations.latest(1)[0]
  const hashesOfGood = new Map([...good].map(([name, { hash }]) => [name, hash]))
  if (last?.outcome === 'Healthy' && differing(applied, hashesOfGood).length > 0)
    return `what turned out well is what is good: ${differing(applied, hashesOfGood)}`
  for (const view of status.units) {
    const problem = unitProblem(view, rest) ?? activationProblem(view, status, rest.clients)
    if (problem !== undefined) return `${view.name}: ${problem}`
  }
  return undefined
}

const differing = (
  applied: ReadonlyMap<string, AppliedUnit>,
  wanted: ReadonlyMap<string, string>,
): readonly string[] =>
  [...new Set([...applied.keys(), ...wanted.keys()])].filter(
    (name) => applied.get(name)?.hash !== wanted.get(name),
  )

function unitProblem(
  view: StatusAnswer['units'][number],
  { kernel, disk, applied, now }: AtRest,
): string | undefined {
  const living = kernel.livingOf(view.name)
  // One that starts and fails again and again is on its way all the time, but nowhere for long.
  const isPassing = ['activating', 'deactivating', 'reloading'].includes(view.activeState)
  if (isPassing && now - view.sinceMs > longestStateMs)
    return `every state can be left: still ${view.subState} (${view.reason})`
  if (view.hold !== undefined)
    return living.length > 0 ? `held, and runs: ${living.map(({ pid }) => pid)}` : undefined
  const record = applied.get(view.name)
  const exec = record?.settings['Service.ExecStart'] ?? ''
  const foreign = living.find(
    ({ program, role }) => role?.startsWith('main') && !exec.includes(JSON.stringify(program.variant)),
  )
  if (record !== undefined && foreign !== undefined)
    return `what runs is what was applied: ${foreign.program.variant}, not ${exec}`
  if (view.activeState !== 'inactive') return undefined
  const saved = disk.unitStates.get(view.name) as Partial<UnitRecord> | undefined
  const service = saved?.service
  if (record !== undefined && view.isWanted && service?.isStopRequested && service.cause?.kind === 'deploy')
    return `a deployment leaves nothing stopped that is wanted: ${view.reason}`
  return undefined
}
