/** Where everything that happens is told: kept in the journal, sent to whoever listens, and marked where people want to be told. */
import type { EventMessage } from '../api/contract.ts'
import type { Clock } from '../base/clock.ts'
import { revisionName } from '../base/revision.ts'
import type { EventJournal, EventRecord, NewEvent } from '../store/event-record.ts'
import type { Generation } from '../store/records.ts'
import type { UnitChange } from '../supervisor/supervisor-port.ts'
import type { UnitStatus } from '../supervisor/unit-status.ts'
import { foldNews, type News, unitTopic } from './news.ts'
import type { Trouble } from './source.ts'
import { isAutomatic } from './taken-back.ts'

export interface Desk {
  readonly journal: EventJournal
  readonly clock: Pick<Clock, 'now'>
  /** Told of what has a topic. */
  readonly announce: (event: EventRecord) => void
}

const maxNoticed = 50

export class EventDesk {
  readonly #desk: Desk
  readonly #listeners = new Set<(event: EventMessage) => void>()
  /** What people were told before, this daemon or the one before it: nothing is told twice. */
  #news: News
  readonly #noticed = new Set<string>()

  constructor(desk: Desk) {
    this.#desk = desk
    this.#news = foldNews(desk.journal.told())
  }

  subscribe(listener: (event: EventMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What was said since something last went well is not said again: a poll that fails like the one before is no event. */
  notice(text: string): void {
    if (this.#noticed.has(text)) return
    this.#tell({ kind: 'notice', text, atMs: this.#desk.clock.now() })
    if (this.#noticed.size >= maxNoticed) this.#noticed.clear()
    this.#noticed.add(text)
  }

  /** What a person asked for. */
  asked(who: string, text: string, about: Pick<NewEvent, 'unit' | 'why' | 'revision'> = {}): void {
    this.#tell({ kind: 'operator', who, text, atMs: this.#desk.clock.now(), ...about })
  }

  /** While a deployment moves units, how they fare is part of its outcome and no news of its own. */
  unitChanged({ unit, text, atMs, status }: UnitChange, isDeploying: boolean): void {
    const { activeState, subState, reason, revision } = status
    const topic = unitTopic(status, this.#news.failedUnits.has(unit))
    this.#tell({
      kind: 'unit',
      unit,
      text,
      atMs,
      activeState,
      subState,
      ...(reason === '' || text.includes(reason) ? {} : { why: reason }),
      ...(revision === undefined ? {} : { revision }),
      ...(topic === undefined ? {} : { topic }),
      ...(topic !== undefined && isDeploying ? { isPartOfDeployment: true as const } : {}),
    })
  }

  /** What became of units while no daemon looked is told now. */
  meet(statuses: readonly UnitStatus[]): void {
    for (const status of statuses) {
      const { name: unit, reason, subState: text } = status
      if (unitTopic(status, this.#news.failedUnits.has(unit)) === undefined) continue
      this.unitChanged({ unit, status, text: reason === '' ? text : reason, atMs: status.sinceMs }, false)
    }
  }

  /** On a host whose journal is younger than its history: what ended before is no news. */
  recall(latest: readonly Generation[]): void {
    const [newest] = latest
    if (this.#news.lastGeneration === 0 && newest !== undefined)
      this.#news = {
        ...this.#news,
        lastGeneration: newest.outcome === 'Progressing' ? newest.number - 1 : newest.number,
      }
  }

  /** Generations that ended, newest first. Each is told once; a way back that went well is part of what it takes back. */
  generations(latest: readonly Generation[]): void {
    const untold = latest.filter(({ number }) => number > this.#news.lastGeneration).reverse()
    for (const generation of untold) {
      const { outcome } = generation
      const isWayBack = isAutomatic(generation) && outcome !== 'Degraded'
      if (outcome !== 'Progressing' && outcome !== 'Superseded' && !isWayBack)
        this.#generationEnded(generation)
    }
  }

  /** Trouble at the source begins, becomes another one, or ends. */
  source(trouble: Trouble | undefined): void {
    const code = trouble?.code === 'git/untrusted' ? undefined : trouble?.code
    if (code === this.#news.sourceTrouble) return
    const atMs = this.#desk.clock.now()
    const topic = code === undefined ? 'source-restored' : 'source-trouble'
    const text = code === undefined ? 'the source can be read again' : (trouble?.text ?? '')
    this.#tell({
      kind: 'notice',
      topic,
      text,
      atMs,
      code,
      why: code === undefined ? undefined : trouble?.remedy,
    })
  }

  #generationEnded({ number, revision, outcome, reason, origin, endedAtMs }: Generation): void {
    this.#tell({
      kind: 'generation',
      text: `${revisionName(revision)} "${revision.subject}": ${outcome}`,
      atMs: endedAtMs ?? this.#desk.clock.now(),
      revision: revision.sha,
      generation: number,
      outcome,
      who: revision.author,
      why: reason ?? origin,
      topic: 'generation',
    })
  }

  #tell(event: NewEvent): void {
    const record = this.#desk.journal.append(event)
    if (record.kind === 'generation' || record.topic === 'source-restored') this.#noticed.clear()
    this.#news = foldNews([record], this.#news)
    for (const listener of this.#listeners) listener(record)
    if (record.topic !== undefined && !record.isPartOfDeployment) this.#desk.announce(record)
  }
}
