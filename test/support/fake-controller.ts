/** A controller that remembers what it was asked, for tests of the api; each answer can be replaced. */
import type { EventMessage, StatusAnswer } from '../../src/api/contract.ts'
import type { Controller } from '../../src/controller/controller-port.ts'
import { statusOf } from './status-answers.ts'

export class FakeController {
  readonly asked: { readonly what: string; readonly with: unknown }[] = []
  readonly #listeners = new Set<(event: EventMessage) => void>()
  readonly port: Controller

  constructor(replaced: Partial<Controller> = {}) {
    const note = (what: string, given: unknown): void => void this.asked.push({ what, with: given })
    const generation = undefined
    const unused = (what: string) => async (): Promise<never> => {
      throw new Error(`${what} is not replaced in this test`)
    }
    this.port = {
      status: async (): Promise<StatusAnswer> => statusOf([]),
      unit: unused('unit'),
      history: async (query) => {
        note('history', query)
        return { generations: [], current: undefined }
      },
      plan: unused('plan'),
      sync: async (request) => {
        note('sync', request)
        return { sync: 'Synced', revision: undefined, generation }
      },
      rollback: unused('rollback'),
      cancel: unused('cancel'),
      confirm: unused('confirm'),
      suspend: unused('suspend'),
      resume: unused('resume'),
      verb: unused('verb'),
      why: unused('why'),
      events: () => [],
      at: (atMs) => ({ atMs, generation: undefined, units: [], isWhole: true }),
      subscribe: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
      ...replaced,
    }
  }

  get listeners(): number {
    return this.#listeners.size
  }

  tell(event: EventMessage): void {
    for (const listener of this.#listeners) listener(event)
  }
}
