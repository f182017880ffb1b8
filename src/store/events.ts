/** The journal of events on disk: `events.jsonl`, appended to, bounded, read only when somebody asks. */
import type { Log } from '../base/log.ts'
import { AppendLog } from './append-log.ts'
import type { EventJournal, EventQuery, EventRecord, NewEvent } from './event-record.ts'

/** How many are kept at least, of units and of everything else: a unit that flaps must not push a deployment out. */
const keptOfEach = 4000
/** So many more may gather before the file is written anew. */
const spare = 2000
/** Of those that people were told: more than any daemon has to know of the one before it. */
const maxTold = 1000

const kind = { name: 'events', version: 1 } as const

/** Fails `store/read`, `store/write`. Lines that make no sense are left out and logged. */
export const openEvents = (path: string, log: Log): Events => {
  const opened = AppendLog.open(path, kind)
  const records = opened.records.map(({ value }) => value).filter(isEvent)
  const dropped = opened.dropped + opened.records.length - records.length
  if (dropped > 0) log.warn('events were damaged and are left out', { path, dropped })
  const told = records.filter(hasTopic).slice(-maxTold)
  return new Events(opened.log, log, { last: records.at(-1)?.seq ?? 0, count: records.length, told })
}

interface Opened {
  readonly last: number
  readonly count: number
  readonly told: readonly EventRecord[]
}

export class Events implements EventJournal {
  readonly #file: AppendLog
  readonly #log: Log
  #last: number
  #count: number
  /** Written together at the end of the turn: five hundred units come up with a few writes. */
  #waiting: EventRecord[] = []
  #isFailing = false
  readonly #told: EventRecord[]

  constructor(file: AppendLog, log: Log, { last, count, told }: Opened) {
    this.#file = file
    this.#log = log
    this.#last = last
    this.#count = count
    this.#told = [...told]
  }

  append(event: NewEvent): EventRecord {
    const record = { seq: ++this.#last, ...event }
    if (this.#waiting.length === 0) setImmediate(() => this.#flush())
    this.#waiting.push(record)
    if (hasTopic(record) && this.#told.push(record) > maxTold) this.#told.shift()
    return record
  }

  told(): readonly EventRecord[] {
    return this.#told
  }

  read({ limit, unit, sinceMs = 0, untilMs = Number.POSITIVE_INFINITY }: EventQuery): readonly EventRecord[] {
    if (limit <= 0) return []
    return this.#all()
      .filter((event) => event.atMs >= sinceMs && event.atMs <= untilMs)
      .filter((event) => unit === undefined || event.unit === unit)
      .slice(-limit)
  }

  async close(): Promise<void> {
    this.#flush()
    await this.#file.close()
  }

  #all(): readonly EventRecord[] {
    this.#flush()
    return this.#file.readAll().filter(isEvent)
  }

  /** A disk that is full loses events, and says so once; nothing else stops for it. */
  #flush(): void {
    const records = this.#waiting
    this.#waiting = []
    if (records.length === 0) return
    try {
      this.#file.append(records)
      this.#count += records.length
      this.#isFailing = false
      if (this.#count >= 2 * keptOfEach + spare) this.#compact()
    } catch (error) {
      if (!this.#isFailing) this.#log.error('events cannot be written', { error: (error as Error).message })
      this.#isFailing = true
    }
  }

  #compact(): void {
    const all = this.#file.readAll().filter(isEvent)
    const ofUnits = new Set(all.filter(isOfUnit).slice(-keptOfEach))
    const others = new Set(all.filter((event) => !isOfUnit(event)).slice(-keptOfEach))
    const kept = all.filter((event) => ofUnits.has(event) || others.has(event))
    // Where it fails the file stays as it is, and is tried again a while later.
    this.#count = this.#file.compact(kept, false) === undefined ? 2 * keptOfEach : kept.length
  }
}

const hasTopic = ({ topic }: EventRecord): boolean => topic !== undefined

const isOfUnit = (event: EventRecord): boolean => event.kind === 'unit' && !hasTopic(event)

const isEvent = (value: unknown): value is EventRecord => {
  const event = value as Partial<EventRecord> | null
  return typeof event?.seq === 'number' && typeof event.text === 'string' && typeof event.atMs === 'number'
}
