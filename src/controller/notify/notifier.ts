/** Delivers messages to each target, one after the other and in order, and remembers how far it has come. */
import type { CancelTimer, Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { DeliveredStore } from '../../store/delivered.ts'
import type { EventJournal, EventRecord, Topic } from '../../store/event-record.ts'
import { pausesMs, type Target } from './delivery.ts'
import { messageOf, type Origin } from './message.ts'

export interface NotifierPorts {
  readonly targets: readonly Target[]
  readonly topics: ReadonlySet<Topic>
  readonly delivered: DeliveredStore
  readonly journal: EventJournal
  readonly clock: Clock
  readonly log: Log
  readonly origin: () => Origin
}

/** While a server is down, so many wait for it; the oldest are given up first. */
const maxWaiting = 200
/** How long an attempt that is under way may hold up the end of the daemon. */
const farewellMs = 2_000

export interface Announcer {
  begin(onFailure: (text: string) => void): void
  announce(event: EventRecord): void
}

export class Notifier implements Announcer {
  readonly #ports: NotifierPorts
  readonly #lines: readonly Line[]

  constructor(ports: NotifierPorts) {
    this.#ports = ports
    this.#lines = ports.targets.map((target) => new Line(target, ports))
  }

  /** Takes up what the last daemon could not deliver. A target that is new is told what happens from now on. */
  begin(onFailure: (text: string) => void): void {
    const { journal, delivered } = this.#ports
    if (this.#lines.length === 0) return
    const events = [...journal.told()]
    const last = events.at(-1)?.seq ?? 0
    for (const line of this.#lines) {
      const from = delivered.now()[line.name]
      line.begin(onFailure)
      if (from === undefined) line.skipTo(last)
      else for (const event of events) if (event.seq > from) this.#offer(line, event)
    }
  }

  announce(event: EventRecord): void {
    for (const line of this.#lines) this.#offer(line, event)
  }

  /** Ends what waits for its time; the next daemon takes it up. */
  async close(): Promise<void> {
    const lines = Promise.all(this.#lines.map((line) => line.close()))
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#ports.clock.at(this.#ports.clock.now() + farewellMs, resolve)
    await Promise.race([lines, promise])
    cancel()
  }

  #offer(line: Line, event: EventRecord): void {
    const { topic, isPartOfDeployment } = event
    if (topic === undefined || isPartOfDeployment || !(line.topics ?? this.#ports.topics).has(topic)) return
    line.add(event, topic)
  }
}

interface Waiting {
  readonly event: EventRecord
  readonly topic: Topic
}

class Line {
  readonly name: string
  readonly topics: ReadonlySet<Topic> | undefined
  readonly #target: Target
  readonly #ports: NotifierPorts
  #waiting: Waiting[] = []
  #isWorking = false
  #work: Promise<void> = Promise.resolve()
  #isClosed = false
  #cancelPause: CancelTimer = () => {}
  #onFailure: (text: string) => void = () => {}

  constructor(target: Target, ports: NotifierPorts) {
    this.name = target.name
    this.topics = target.topics
    this.#target = target
    this.#ports = ports
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
      if (delivery.kind === 'delivered') return true
      const pauseMs = delivery.kind === 'refused' ? undefined : pausesMs[attempt]
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
