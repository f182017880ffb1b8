/** Rotates what has grown too long, one stream at a time: packing is work, and the services' work comes first. */
import { statSync } from 'node:fs'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { readIndex } from './index-file.ts'
import { probeMode, type RotationMode, StreamRotation } from './rotation.ts'
import { isDue } from './rotation-plan.ts'
import { firstWhere, Timeline } from './timeline.ts'
import type { UnitCapture } from './unit-capture.ts'
import { indexPath, type StreamName, streamNames } from './unit-directory.ts'

/** How often is looked for what has become too old; and when a failed rotation is tried again. */
const sweepMs = 3_600_000
const retryMs = 60_000

export interface RotatorOptions {
  readonly clock: Clock
  readonly log: Log
  /** Overrides what the file system is found to be able to do. */
  readonly mode?: RotationMode | undefined
}

export class Rotator {
  private readonly options: RotatorOptions
  private readonly modes = new Map<number, Promise<RotationMode>>()
  private readonly units = new Set<UnitCapture>()
  private readonly due = new Set<string>()
  private readonly retries = new Map<string, CancelTimer>()
  private work: Promise<void> = Promise.resolve()
  private cancelSweep: CancelTimer | undefined
  private isClosed = false

  constructor(options: RotatorOptions) {
    this.options = options
  }

  /** Ends what a crash left half done; to be awaited before sizes are looked at. */
  async add(unit: UnitCapture): Promise<void> {
    for (const stream of streamNames) {
      if (unit.needsRecovery(stream)) await this.attempt(unit, stream, (rotation) => rotation.recover())
    }
    this.units.add(unit)
    if (unit.limits.maxAgeMs !== Number.POSITIVE_INFINITY) this.armSweep()
  }

  remove(unit: UnitCapture): void {
    this.units.delete(unit)
  }

  /** To be called after each look at a unit; costs a comparison mostly. */
  consider(unit: UnitCapture): void {
    for (const stream of streamNames) {
      if (isDue(unit.liveBytes(stream), unit.grownBytes[stream], unit.limits)) this.enqueue(unit, stream)
    }
  }

  /** Waits for the step at work; starts no other. */
  async close(): Promise<void> {
    this.isClosed = true
    this.cancelSweep?.()
    for (const cancel of this.retries.values()) cancel()
    await this.work
  }

  private enqueue(unit: UnitCapture, stream: StreamName): void {
    const key = `${unit.unit}/${stream}`
    if (this.isClosed || this.due.has(key) || this.retries.has(key)) return
    this.due.add(key)
    this.work = this.work.then(async () => {
      if (!this.isClosed) await this.attempt(unit, stream, (rotation) => rotation.rotate())
      this.due.delete(key)
    })
  }

  private async attempt(
    unit: UnitCapture,
    stream: StreamName,
    act: (rotation: StreamRotation) => Promise<unknown>,
  ): Promise<void> {
    try {
      await act(new StreamRotation(unit, stream, await this.modeOf(unit)))
      unit.look(false)
      this.options.log.debug('log file rotated', { unit: unit.unit, stream, start: unit.heads[stream].start })
    } catch (cause) {
      this.options.log.warn('log file not rotated, it goes on growing until the next attempt', {
        unit: unit.unit,
        stream,
        reason: cause instanceof Error ? cause.message : String(cause),
        retryMs,
      })
      this.retryLater(unit, stream)
    }
  }

  private retryLater(unit: UnitCapture, stream: StreamName): void {
    const { clock } = this.options
    const key = `${unit.unit}/${stream}`
    const again = (): void => {
      this.retries.delete(key)
      this.work = this.work.then(() => this.attempt(unit, stream, (rotation) => rotation.recover()))
      this.enqueue(unit, stream)
    }
    if (!this.isClosed) this.retries.set(key, clock.at(clock.now() + retryMs, again))
  }

  private modeOf(unit: UnitCapture): Promise<RotationMode> {
    const { dev } = statSync(unit.directory)
    const known = this.modes.get(dev)
    if (known !== undefined) return known
    const mode = this.options.mode === undefined ? this.probe(unit) : Promise.resolve(this.options.mode)
    this.modes.set(dev, mode)
    return mode
  }

  private async probe(unit: UnitCapture): Promise<RotationMode> {
    const mode = await probeMode(unit.directory)
    if (mode === 'truncate') {
      this.options.log.warn(
        'file system can neither collapse nor punch: rotation may lose lines that are written meanwhile',
        {
          directory: unit.directory,
        },
      )
    }
    return mode
  }

  private armSweep(): void {
    const { clock } = this.options
    this.cancelSweep ??= clock.at(clock.now() + sweepMs, () => {
      this.cancelSweep = undefined
      for (const unit of this.units) this.expire(unit)
      if (!this.isClosed) this.armSweep()
    })
  }

  private expire(unit: UnitCapture): void {
    const { maxAgeMs } = unit.limits
    if (maxAgeMs === Number.POSITIVE_INFINITY) return
    this.work = this.work.then(async () => {
      const timeline = timelineOf(unit)
      for (const stream of streamNames) {
        const offset = offsetBefore(timeline, stream, this.options.clock.now() - maxAgeMs)
        if (!this.isClosed) await this.attempt(unit, stream, (rotation) => rotation.expire(offset))
      }
    })
  }
}

const timelineOf = (unit: UnitCapture): Timeline => {
  const timeline = new Timeline()
  for (const record of readIndex(indexPath(unit.directory), 0).records) timeline.add(record)
  return timeline
}

/** All before it was certainly written before `ms`. */
const offsetBefore = (timeline: Timeline, stream: StreamName, ms: number): number => {
  const list = timeline.stretches[stream]
  return list[firstWhere(list, (stretch) => stretch.atMs >= ms) - 1]?.end ?? 0
}
