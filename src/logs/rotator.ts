/** Rotates what has grown too long, one stream at a time: packing is work, and the services' work comes first. */
import { statSync } from 'node:fs'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { readIndex } from './index-file.ts'
import { PacedQueue } from './paced-queue.ts'
import { probeMode, type RotationMode, StreamRotation } from './rotation.ts'
import { isDue, isUrgent } from './rotation-plan.ts'
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
  private readonly retries = new Map<string, CancelTimer>()
  private readonly queue: PacedQueue
  private cancelSweep: CancelTimer | undefined
  private isClosed = false

  constructor(options: RotatorOptions) {
    this.options = options
    this.queue = new PacedQueue(options.clock)
  }

  /** Ends what a crash left half done; to be awaited before sizes are looked at. */
  async add(unit: UnitCapture): Promise<void> {
    for (const stream of streamNames) {
      if (unit.needsRecovery(stream)) await this.attempt(unit, stream, (rotation) => rotation.recover())
    }
    this.units.add(unit)
    if (unit.limits.maxAgeMs !== Number.POSITIVE_INFINITY) this.armSweep()
  }

  /** From when it resolves on, nothing of the unit is moved any more. */
  async remove(unit: UnitCapture): Promise<void> {
    this.units.delete(unit)
    for (const stream of streamNames) {
      const key = keyOf(unit, stream)
      this.retries.get(key)?.()
      this.retries.delete(key)
      await this.queue.drop(key)
    }
  }

  /** To be called after each look at a unit; costs a comparison mostly. */
  consider(unit: UnitCapture): void {
    for (const stream of streamNames) {
      const liveBytes = unit.liveBytes(stream)
      if (isDue(liveBytes, unit.grownBytes[stream], unit.limits)) {
        this.enqueue(unit, stream, isUrgent(liveBytes, unit.limits))
      }
    }
  }

  /** Waits for the step at work; starts no other. */
  async close(): Promise<void> {
    this.isClosed = true
    this.cancelSweep?.()
    for (const cancel of this.retries.values()) cancel()
    await this.queue.close()
  }

  private enqueue(unit: UnitCapture, stream: StreamName, urgent: boolean): void {
    const key = keyOf(unit, stream)
    if (this.retries.has(key)) return
    this.queue.add(key, urgent, () => this.attempt(unit, stream, (rotation) => rotation.rotate()))
  }

  private async attempt(
    unit: UnitCapture,
    stream: StreamName,
    act: (rotation: StreamRotation) => Promise<unknown>,
  ): Promise<void> {
    try {
      const before = unit.heads[stream]
      await act(new StreamRotation(unit, stream, await this.modeOf(unit)))
      if (unit.heads[stream] === before) return
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
    const key = keyOf(unit, stream)
    const again = (): void => {
      this.retries.delete(key)
      this.queue.add(key, false, () => this.attempt(unit, stream, (rotation) => rotation.recover()))
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
    for (const stream of streamNames) {
      this.queue.add(keyOf(unit, stream), false, async () => {
        const offset = offsetBefore(timelineOf(unit), stream, this.options.clock.now() - maxAgeMs)
        await this.attempt(unit, stream, (rotation) => rotation.expire(offset))
      })
    }
  }
}

const keyOf = (unit: UnitCapture, stream: StreamName): string => `${unit.unit}/${stream}`

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
