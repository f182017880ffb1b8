/**
 * The last looks at every unit, in bounded memory: one ring of times for all, and for each unit a row of 32-bit floats at
 * each of these times (4.8 kB a unit for an hour). A unit that does not run has no figures there.
 */
import { type Figures, figureNames } from './figures.ts'

export interface Point extends Figures {
  readonly atMs: number
}

interface Track {
  readonly rows: Float32Array
  /** Number of the last look at which it had figures. */
  lastLook: number
}

const width = figureNames.length

export class History {
  readonly #slots: number
  readonly #times: Float64Array
  readonly #tracks = new Map<string, Track>()
  /** How many looks there have been. */
  #looks = 0

  constructor(slots: number) {
    this.#slots = slots
    this.#times = new Float64Array(slots)
  }

  /** How many units take memory. */
  get size(): number {
    return this.#tracks.size
  }

  /** One look at all units that run; it takes the place of the oldest one. */
  record(atMs: number, figures: ReadonlyMap<string, Figures>): void {
    const slot = this.#looks % this.#slots
    this.#times[slot] = atMs
    for (const [unit, track] of this.#tracks) {
      track.rows.fill(Number.NaN, slot * width, (slot + 1) * width)
      if (this.#looks - track.lastLook >= this.#slots) this.#tracks.delete(unit)
    }
    for (const [unit, its] of figures) this.#write(unit, slot, its)
    this.#looks += 1
  }

  /** Oldest first; looks at which the unit did not run are left out. */
  points(unit: string): readonly Point[] {
    const track = this.#tracks.get(unit)
    if (track === undefined) return []
    const count = Math.min(this.#looks, this.#slots)
    return Array.from({ length: count }, (_, index) => (this.#looks - count + index) % this.#slots)
      .map((slot) => this.#read(track, slot))
      .filter((point) => figureNames.some((name) => !Number.isNaN(point[name])))
  }

  #write(unit: string, slot: number, figures: Figures): void {
    const track = this.#trackOf(unit)
    track.lastLook = this.#looks
    for (const [column, name] of figureNames.entries()) track.rows[slot * width + column] = figures[name]
  }

  #trackOf(unit: string): Track {
    const known = this.#tracks.get(unit)
    if (known !== undefined) return known
    const made = { rows: new Float32Array(this.#slots * width).fill(Number.NaN), lastLook: this.#looks }
    this.#tracks.set(unit, made)
    return made
  }

  #read({ rows }: Track, slot: number): Point {
    const figure = (name: keyof Figures): number => rows[slot * width + figureNames.indexOf(name)]!
    return {
      atMs: this.#times[slot]!,
      cpuCores: figure('cpuCores'),
      memoryBytes: figure('memoryBytes'),
      tasks: figure('tasks'),
      ioReadBytesPerSecond: figure('ioReadBytesPerSecond'),
      ioWriteBytesPerSecond: figure('ioWriteBytesPerSecond'),
    }
  }
}
