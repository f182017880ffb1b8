/** Those who asked for something of one unit and wait for how it ends. */
import type { HealthRecord } from '../lifecycle/health.ts'
import { outcomeOf, type Wish } from '../lifecycle/outcome.ts'
import type { ServiceState } from '../lifecycle/service-state.ts'
import type { Outcome } from './supervisor-port.ts'

interface Waiter {
  readonly wish: Wish
  readonly tell: (outcome: Outcome) => void
}

export class Waiters {
  #waiting: readonly Waiter[] = []

  /** Call `settle` afterwards: the wish may have come true already. */
  wait(wish: Wish): Promise<Outcome> {
    return new Promise((tell) => {
      this.#waiting = [...this.#waiting, { wish, tell }]
    })
  }

  /** Somebody wants the opposite now. */
  supersede(wishes: readonly Wish[]): void {
    this.#end((waiter) => (wishes.includes(waiter.wish) ? { kind: 'superseded' } : undefined))
  }

  settle(state: ServiceState, health: HealthRecord | undefined): void {
    if (this.#waiting.length > 0) this.#end(({ wish }) => outcomeOf(wish, state, health))
  }

  #end(outcome: (waiter: Waiter) => Outcome | undefined): void {
    const waiting = this.#waiting
    this.#waiting = waiting.filter((waiter) => outcome(waiter) === undefined)
    for (const waiter of waiting) {
      const answer = outcome(waiter)
      if (answer !== undefined) waiter.tell(answer)
    }
  }
}
