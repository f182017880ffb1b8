/** The stores' ports in memory, for tests of what decides; the real ones are tested on real disks. */
import type { FileTree, TreeEntry } from '../../src/base/file-tree.ts'
import type { Announcer } from '../../src/controller/notify/notifier.ts'
import type { TrustPolicy } from '../../src/controller/source-trust.ts'
import type { AppliedStore } from '../../src/store/applied-port.ts'
import type { EventJournal, EventQuery, EventRecord, NewEvent } from '../../src/store/event-record.ts'
import type {
  GenerationStore,
  HoldStore,
  NewGeneration,
  OrderStore,
  RejectionStore,
} from '../../src/store/journal-ports.ts'
import type { AppliedUnit, Generation, Hold, Orders, Rejection, StepRecord } from '../../src/store/records.ts'
import { nothingTrusted, type TrustRecord, type TrustStore } from '../../src/store/trust-record.ts'

export class MemoryGenerations implements GenerationStore {
  readonly #generations: Generation[] = []

  async begin(generation: NewGeneration): Promise<number> {
    const number = this.#generations.length + 1
    const steps = generation.plan.steps.map((step) => ({
      step,
      startedAtMs: undefined,
      endedAtMs: undefined,
      result: undefined,
    }))
    this.#generations.unshift({
      ...generation,
      number,
      steps,
      outcome: 'Progressing',
      reason: undefined,
      endedAtMs: undefined,
    })
    return number
  }

  async stepStarted(generation: number, unit: string, startedAtMs: number): Promise<void> {
    this.#changeStep(generation, unit, { startedAtMs })
  }

  async stepEnded(generation: number, unit: string, result: string, endedAtMs: number): Promise<void> {
    this.#changeStep(generation, unit, { result, endedAtMs })
  }

  async finish(
    generation: number,
    ending: Pick<Generation, 'outcome' | 'reason'> & { endedAtMs: number },
  ): Promise<void> {
    this.#change(generation, (record) => ({ ...record, ...ending }))
  }

  latest(limit: number): readonly Generation[] {
    return this.#generations.slice(0, limit)
  }

  #changeStep(generation: number, unit: string, change: Partial<StepRecord>): void {
    this.#change(generation, (record) => ({
      ...record,
      steps: record.steps.map((entry) => (entry.step.unit === unit ? { ...entry, ...change } : entry)),
    }))
  }

  #change(generation: number, change: (record: Generation) => Generation): void {
    const index = this.#generations.findIndex((record) => record.number === generation)
    this.#generations[index] = change(this.#generations[index]!)
  }
}

export class MemoryHolds implements HoldStore {
  readonly #holds = new Map<string, Hold>()
  all = (): readonly Hold[] => [...this.#holds.values()]
  get = (unit: string): Hold | undefined => this.#holds.get(unit)
  set = async (hold: Hold): Promise<void> => void this.#holds.set(hold.unit, hold)
  remove = async (unit: string): Promise<void> => void this.#holds.delete(unit)
}

export class MemoryRejections implements RejectionStore {
  #rejections: readonly Rejection[] = []
  all = (): readonly Rejection[] => this.#rejections
  add = async (rejections: readonly Rejection[]): Promise<void> => {
    this.#rejections = [...this.#rejections, ...rejections]
  }
  remove = async (units: readonly string[]): Promise<void> => {
    this.#rejections = this.#rejections.filter((rejection) => !units.includes(rejection.unit))
  }
}

export class MemoryOrders implements OrderStore {
  #orders: Orders = { declined: [] }
  now = (): Orders => this.#orders
  change = async (change: (orders: Orders) => Orders): Promise<void> => {
    this.#orders = change(this.#orders)
  }
}

export class MemoryTrust implements TrustStore {
  #record = nothingTrusted
  now = (): TrustRecord => this.#record
  change = async (change: (record: TrustRecord) => TrustRecord): Promise<void> => {
    this.#record = change(this.#record)
  }
}

/** Follows the branch wherever it goes. */
export const anyBranch = (): { readonly store: TrustStore; readonly policy: TrustPolicy } => ({
  store: new MemoryTrust(),
  policy: {
    verifyCommits: 'off',
    onForcePush: 'follow',
    keyFiles: { allowedSigners: undefined, gpgKeyring: undefined },
  },
})

export class MemoryEvents implements EventJournal {
  readonly #events: EventRecord[] = []
  append = (event: NewEvent): EventRecord => {
    const record = { seq: this.#events.length + 1, ...event }
    this.#events.push(record)
    return record
  }
  told = (): readonly EventRecord[] => this.#events.filter(({ topic }) => topic !== undefined)
  read = ({ limit, unit, sinceMs = 0, untilMs = Number.POSITIVE_INFINITY }: EventQuery) =>
    this.#events
      .filter((event) => event.atMs >= sinceMs && event.atMs <= untilMs)
      .filter((event) => unit === undefined || event.unit === unit)
      .slice(-limit)
}

/** Events that nobody is told of. */
export const quietEvents = (): { readonly journal: EventJournal; readonly notifier: Announcer } => ({
  journal: new MemoryEvents(),
  notifier: { begin: () => {}, announce: () => {} },
})

export class MemoryApplied implements AppliedStore {
  readonly #units = new Map<string, AppliedUnit>()
  readonly #entries = new Map<string, TreeEntry>()
  now = (): readonly AppliedUnit[] => [...this.#units.values()]
  load = async (): Promise<ReadonlyMap<string, AppliedUnit>> => new Map(this.#units)
  tree = async (units: Iterable<AppliedUnit>): Promise<FileTree> =>
    new Map(
      [...units].flatMap((unit) =>
        Object.entries(unit.files).map(([path, { id }]) => [path, this.#entries.get(id)!] as const),
      ),
    )
  save = async (units: readonly AppliedUnit[], tree: FileTree): Promise<void> => {
    for (const entry of tree.values()) this.#entries.set(entry.id, entry)
    for (const unit of units) this.#units.set(unit.name, unit)
  }
  remove = async (names: readonly string[]): Promise<void> => {
    for (const name of names) this.#units.delete(name)
  }
}
