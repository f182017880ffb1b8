/** The disk of a simulation, and what one life of the daemon sees of it: writes take their time, and some are never made. */
import type { AppliedStore } from '../../src/store/applied-port.ts'
import type { GenerationStore, HoldStore, OrderStore, RejectionStore } from '../../src/store/journal-ports.ts'
import type { AppliedUnit } from '../../src/store/records.ts'
import type { UnitStateStore } from '../../src/store/unit-states.ts'
import {
  anyBranch,
  MemoryApplied,
  MemoryGenerations,
  MemoryHolds,
  MemoryOrders,
  MemoryRejections,
  quietEvents,
} from '../support/memory-stores.ts'
import type { ActivationLaws } from './activation-laws.ts'
import type { Life } from './life.ts'

export class Disk {
  readonly generations = new MemoryGenerations()
  readonly holds = new MemoryHolds()
  readonly rejections = new MemoryRejections()
  readonly orders = new MemoryOrders()
  readonly trust = anyBranch()
  readonly events = quietEvents()
  readonly applied = new MemoryApplied()
  readonly good = new MemoryApplied()
  readonly unitStates = new Map<string, unknown>()
}

export interface SeenDisk {
  readonly generations: GenerationStore
  readonly holds: HoldStore
  readonly rejections: RejectionStore
  readonly orders: OrderStore
  readonly trust: ReturnType<typeof anyBranch>
  readonly events: ReturnType<typeof quietEvents>
  readonly applied: AppliedStore
  readonly good: AppliedStore
  readonly unitStates: Pick<UnitStateStore, 'load' | 'save' | 'remove'>
}

/** `intends`: told of definitions that are about to be applied. */
export const diskOf = (
  disk: Disk,
  life: Life,
  intends: (units: readonly AppliedUnit[]) => void,
  activation: Pick<ActivationLaws, 'saves' | 'forgets'>,
): SeenDisk => ({
  generations: {
    begin: (made) => life.write('begin of a generation', () => disk.generations.begin(made)),
    stepStarted: (...step) => life.write('begin of a step', () => disk.generations.stepStarted(...step)),
    stepEnded: (...step) => life.write('end of a step', () => disk.generations.stepEnded(...step)),
    finish: (...end) => life.write('end of a generation', () => disk.generations.finish(...end)),
    latest: (limit) => disk.generations.latest(limit),
  },
  holds: {
    all: disk.holds.all,
    get: disk.holds.get,
    set: (hold) => life.write('hold', () => disk.holds.set(hold)),
    remove: (unit) => life.write('end of a hold', () => disk.holds.remove(unit)),
  },
  rejections: {
    all: disk.rejections.all,
    add: (rejections) => life.write('rejection', () => disk.rejections.add(rejections)),
    remove: (units) => life.write('end of rejections', () => disk.rejections.remove(units)),
  },
  orders: {
    now: disk.orders.now,
    change: (change) => life.write('orders', () => disk.orders.change(change)),
  },
  trust: disk.trust,
  events: disk.events,
  applied: appliedOf(disk.applied, life, intends),
  good: appliedOf(disk.good, life, () => {}),
  unitStates: {
    load: async () => new Map([...disk.unitStates].map(([unit, state]) => [unit, throughJson(state)])),
    save: (unit, state) =>
      void life.do(`state of ${unit}`, () => {
        disk.unitStates.set(unit, state)
        activation.saves(unit, state)
      }),
    remove: (unit) =>
      void life.do(`end of ${unit}`, () => {
        disk.unitStates.delete(unit)
        activation.forgets(unit)
      }),
  },
})

const appliedOf = (
  store: MemoryApplied,
  life: Life,
  intends: (units: readonly AppliedUnit[]) => void,
): AppliedStore => ({
  load: store.load,
  tree: store.tree,
  save: (units, tree) =>
    life.write('definitions', () => {
      intends(units)
      return store.save(units, tree)
    }),
  remove: (names) => life.write('end of definitions', () => store.remove(names)),
})

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
