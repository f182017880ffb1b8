/** Offers what happened to each target that is to be told of it. Read `target-line.ts` next. */
import type { Notice } from '../../api/contract.ts'
import type { EventJournal, EventRecord, Topic } from '../../store/event-record.ts'
import type { Target } from './delivery.ts'
import { type LinePorts, TargetLine } from './target-line.ts'

export interface NotifierPorts extends LinePorts {
  readonly targets: readonly Target[]
  readonly topics: ReadonlySet<Topic>
  readonly journal: EventJournal
}

/** How long an attempt that is under way may hold up the end of the daemon. */
const farewellMs = 2_000

export interface Announcer {
  begin(onFailure: (text: string) => void): void
  announce(event: EventRecord): void
}

export class Notifier implements Announcer {
  readonly #ports: NotifierPorts
  readonly #lines: readonly TargetLine[]

  constructor(ports: NotifierPorts) {
    this.#ports = ports
    this.#lines = ports.targets.map((target) => new TargetLine(target, ports))
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

  /** Targets that do not take what they are told, for `status`. */
  troubles(): readonly Notice[] {
    return this.#lines.flatMap((line) => line.trouble ?? [])
  }

  /** Ends what waits for its time; the next daemon takes it up. */
  async close(): Promise<void> {
    const lines = Promise.all(this.#lines.map((line) => line.close()))
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#ports.clock.at(this.#ports.clock.now() + farewellMs, resolve)
    await Promise.race([lines, promise])
    cancel()
  }

  #offer(line: TargetLine, event: EventRecord): void {
    const { topic, isPartOfDeployment } = event
    if (topic === undefined || isPartOfDeployment || !(line.topics ?? this.#ports.topics).has(topic)) return
    line.add(event, topic)
  }
}
