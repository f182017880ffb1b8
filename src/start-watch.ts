/** A start of the daemon that does not come to its end says where it hangs, and is given up: another one may get through. */
import type { CancelTimer, Clock } from './base/clock.ts'
import { GitprocError } from './base/error.ts'
import type { Log } from './base/log.ts'

/** Nothing here takes that long, with ten thousand units and on a busy machine. */
const longestStageMs = 120_000
const firstWordMs = 15_000
/** For closing what is open and saying why. */
const lastWordsMs = 10_000

export class StartWatch {
  readonly #clock: Clock
  readonly #exit: () => void
  readonly #giveUp = Promise.withResolvers<never>()
  #cancel: readonly CancelTimer[] = []

  /** `exit`: what hangs may keep the process from ending by itself. */
  constructor(clock: Clock, exit: () => void) {
    this.#clock = clock
    this.#exit = exit
  }

  /** From here on that is what it is at: `taking over what runs`. */
  enter(stage: string, log: Log): void {
    this.#end()
    const startedAtMs = this.#clock.now()
    const after = (ms: number, work: () => void) => this.#clock.at(startedAtMs + ms, work)
    this.#cancel = [
      after(firstWordMs, () =>
        log.warn('the daemon is still starting', { stage, seconds: firstWordMs / 1000 }),
      ),
      after(longestStageMs, () => this.#giveUp.reject(hangs(stage))),
      after(longestStageMs + lastWordsMs, this.#exit),
    ]
  }

  /** Fails `daemon/start` where a stage does not end. */
  async bounded(start: Promise<void>): Promise<void> {
    await Promise.race([start.finally(() => this.#end()), this.#giveUp.promise])
  }

  #end(): void {
    for (const cancel of this.#cancel) cancel()
    this.#cancel = []
  }
}

const hangs = (stage: string): GitprocError =>
  new GitprocError(
    'daemon/start',
    `the daemon did not come up: ${stage} had not ended after ${longestStageMs / 1000} s`,
    { retry: 'now', remedy: 'start it again; services are not touched by that' },
  )
