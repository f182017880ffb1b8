/** The messages for one target: delivered one after the other and in order; how far it has come is remembered. */
import type { Notice } from '../../api/contract.ts'
import type { CancelTimer, Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { DeliveredStore } from '../../store/delivered.ts'
import type { EventRecord, Topic } from '../../store/event-record.ts'
import { type Delivery, pausesMs, type Target } from './delivery.ts'
import { messageOf, type Origin } from './message.ts'

export interface LinePorts {
  readonly delivered: DeliveredStore
  readonly clock: Clock
  readonly log: Log
  readonly origin: () => Origin
}

/** While a server is down, so many wait for it; the oldest are given up first. */
const maxWaiting = 200

interface Waiting {
  readonly event: EventRecord
  readonly topic: Topic
}

export class TargetLine {
  readonly name: string
  readonly topics: ReadonlySet<Topic> | undefined
  readonly #target: Target
  readonly #ports: LinePorts
  #waiting: Waiting[] = []
  #isWorking = false
  #work: Promise<void> = Promise.resolve()
  #isClosed = false
  #cancelPause: CancelTimer = () => {}
  #onFailure: (text: string) => void = () => {}
  #trouble: Notice | undefined

  constructor(target: Target, ports: LinePorts) {
    this.name = target.name
    this.topics = target.topics
    this.#target = target
    this.#ports = ports
  }

  /** Since when it takes nothing, why, and when it is told again; undefined once it has taken something. */
  get trouble(): Notice | undefined {
    return this.#trouble
  }

  begin(onFailure: (text: string) => void): void {
    this.#onFailure = onFailure
  }

  skipTo(seq: number): void {
    void this.#remember(seq)
  }

  add(event: EventRecord, topic: Topic): void {
    this.#waiting.push({ event, topic })
    if (this.#waiting.length > maxWaiting) {
      // The first one is under way.
      const [dropped] = this.#waiting.splice(1, 1)
      this.#ports.log.warn('notification given up, too many wait', {
        target: this.name,
        event: dropped?.event.seq,
      })
    }
    this.#work = this.#isWorking ? this.#work : this.#deliverAll()
  }

  close(): Promise<void> {
    this.#isClosed = true
    this.#cancelPause()
    return this.#work
  }

  async #deliverAll(): Promise<void> {
    this.#isWorking = true
    while (this.#waiting[0] !== undefined && !this.#isClosed) {
      const waiting = this.#waiting[0]
      if (!(await this.#deliver(waiting))) break
      this.#waiting.shift()
      await this.#remember(waiting.event.seq)
    }
    this.#isWorking = false
  }

  /** False where the daemon ends first. */
  async #deliver({ event, topic }: Waiting): Promise<boolean> {
    const message = messageOf(event, topic, this.#ports.origin())
    for (let attempt = 0; !this.#isClosed; attempt++) {
      const delivery = await this.#target.deliver(message)
      const pauseMs = delivery.kind === 'failed' ? pausesMs[attempt] : undefined
      this.#notice(delivery, pauseMs)
      if (delivery.kind === 'delivered') return true
      if (pauseMs === undefined) {
        this.#giveUp(message.text, delivery.why, attempt + 1)
        return true
      }
      this.#ports.log.warn('notification not delivered, trying again', {
        target: this.name,
        why: delivery.why,
        pauseMs,
      })
      await this.#pause(pauseMs)
    }
    return false
  }

  #notice(delivery: Delivery, pauseMs: number | undefined): void {
    if (delivery.kind === 'delivered') {
      this.#trouble = undefined
      return
    }
    const now = this.#ports.clock.now()
    this.#trouble = {
      text: `${this.name}: not delivered: ${delivery.why}`,
      sinceMs: this.#trouble?.sinceMs ?? now,
      ...(pauseMs === undefined ? {} : { nextTryAtMs: now + pauseMs }),
      remedy: delivery.remedy,
    }
  }

  #giveUp(text: string, why: string, attempts: number): void {
    this.#ports.log.error('notification given up', { target: this.name, why, attempts })
    this.#onFailure(`notification by ${this.name} given up after ${attempts} attempts (${why}): ${text}`)
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#ports.clock.at(this.#ports.clock.now() + ms, resolve)
      this.#cancelPause = () => {
        cancel()
        resolve()
      }
    })
  }

  async #remember(seq: number): Promise<void> {
    try {
      await this.#ports.delivered.change((all) => ({
        ...all,
        [this.name]: Math.max(seq, all[this.name] ?? 0),
      }))
    } catch (error) {
      this.#ports.log.error('cannot remember what was notified', {
        target: this.name,
        error: (error as Error).message,
      })
    }
  }
}
