/** Rotates what has grown too long, one stream at a time: packing is work, and the services' work comes first. */
import { isDeepStrictEqual } from 'node:util'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { expiredOffset } from './expired-offset.ts'
import type { LogLimits, TotalLimit } from './log-limits.ts'
import { PacedQueue } from './paced-queue.ts'
import { RestingLogs } from './resting-logs.ts'
import { type RotationMode, StreamRotation } from './rotation.ts'
import { RotationModes } from './rotation-modes.ts'
import { isDue, isUrgent } from './rotation-plan.ts'
import { TotalCap } from './total-cap.ts'
import type { UnitCapture } from './unit-capture.ts'
import { type StreamName, streamNames } from './unit-directory.ts'

/** How often is looked for what has become too old; and when a failed rotation is tried again. */
const sweepMs = 3_600_000
const retryMs = 60_000

export interface RotatorOptions {
  readonly clock: Clock
  readonly log: Log
  /** LOGS */
  readonly directory: string
  /** What all units may take together. */
  readonly maxTotal?: TotalLimit | undefined
  /** Of logs of units that are gone; Infinity for never. */
  readonly maxAgeMs: number
  /** Overrides what the file system is found to be able to do. */
  readonly mode?: RotationMode | undefined
}

export class Rotator {
  private readonly options: RotatorOptions
  private readonly modes: RotationModes
  private readonly units = new Set<UnitCapture>()
  private readonly retries = new Map<string, CancelTimer>()
  private readonly queue: PacedQueue
  private readonly cap: TotalCap
  private readonly resting: RestingLogs
  /** How much of each unit's output the cap knows of. */
  private readonly counted = new WeakMap<UnitCapture, number>()
  /** Since when a stream's file has been over its limit, without a rotation. */
  private readonly overSince = new Map<string, number>()
  /** Units that are open, or being opened. */
  private readonly names = new Set<string>()
  private cancelSweep: CancelTimer | undefined
  private isClosed = false

  constructor(options: RotatorOptions) {
    this.options = options
    this.modes = new RotationModes(options)
    this.queue = new PacedQueue(options.clock)
    this.cap = new TotalCap(options.directory, options.maxTotal ?? uncapped)
    this.resting = new RestingLogs({ ...options, isOpen: (unit) => this.names.has(unit) })
    if (options.maxAgeMs !== Number.POSITIVE_INFINITY) this.armSweep()
  }

  /** Ends what a crash left half done; to be awaited before sizes are looked at. */
  async add(unit: UnitCapture): Promise<void> {
    this.names.add(unit.unit)
    for (const stream of streamNames) {
      if (unit.needsRecovery(stream)) await this.attempt(unit, stream, (rotation) => rotation.recover())
    }
    this.units.add(unit)
    this.counted.set(unit, writtenBytes(unit))
    if (unit.limits.maxAgeMs !== Number.POSITIVE_INFINITY) this.armSweep()
  }

  /** From now on these limits hold for the unit. */
  limit(unit: UnitCapture, limits: LogLimits): void {
    if (isDeepStrictEqual(unit.limits, limits)) return
    unit.limits = limits
    for (const stream of streamNames) {
      this.queue.add(keyOf(unit, stream), false, async () => {
        await this.attempt(unit, stream, (rotation) => rotation.rotate())
        await this.expire(unit, stream)
      })
    }
    if (limits.maxAgeMs !== Number.POSITIVE_INFINITY) this.armSweep()
  }

  /** From when it resolves on, nothing of the unit is moved any more. */
  async remove(unit: UnitCapture): Promise<void> {
    this.units.delete(unit)
    this.names.delete(unit.unit)
    for (const stream of streamNames) {
      const key = keyOf(unit, stream)
      this.retries.get(key)?.()
      this.retries.delete(key)
      this.overSince.delete(key)
      await this.queue.drop(key)
    }
  }

  /** To be called after each look at a unit; costs a comparison mostly. */
  consider(unit: UnitCapture): void {
    for (const stream of streamNames) {
      const liveBytes = unit.liveBytes(stream)
      const overForMs = this.overForMs(keyOf(unit, stream), liveBytes >= unit.limits.maxSizeBytes)
      if (isDue({ liveBytes, grownBytes: unit.grownBytes[stream], overForMs }, unit.limits)) {
        this.enqueue(unit, stream, isUrgent(liveBytes, unit.limits))
      }
    }
    const bytes = writtenBytes(unit)
    const grownBytes = bytes - (this.counted.get(unit) ?? 0)
    this.counted.set(unit, bytes)
    if (this.cap.isDueAfter(grownBytes)) this.queue.add(capKey, true, () => this.enforceCap())
  }

  private overForMs(key: string, isOver: boolean): number {
    if (!isOver) {
      this.overSince.delete(key)
      return 0
    }
    const now = this.options.clock.now()
    const since = this.overSince.get(key) ?? now
    this.overSince.set(key, since)
    return now - since
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
      await act(new StreamRotation(unit, stream, await this.modes.of(unit.directory)))
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

  private armSweep(): void {
    const { clock } = this.options
    this.cancelSweep ??= clock.at(clock.now() + sweepMs, () => {
      this.cancelSweep = undefined
      for (const unit of this.units) {
        for (const stream of streamNames)
          this.queue.add(keyOf(unit, stream), false, () => this.expire(unit, stream))
      }
      this.queue.add(restingKey, false, async () => this.resting.expire())
      if (!this.isClosed) this.armSweep()
    })
  }

  private async enforceCap(): Promise<void> {
    const { log } = this.options
    try {
      const { dropped, overBytes } = this.cap.dropArchives()
      if (dropped > 0) log.debug('old archives of logs removed, to stay below log_max_total', { dropped })
      const left = overBytes - this.resting.shrink(overBytes)
      if (left > 0) await this.shorten(left)
    } catch (cause) {
      log.warn('what the logs take together is not known, log_max_total does not hold', {
        reason: cause instanceof Error ? cause.message : String(cause),
      })
    }
  }

  /** Nothing else is left to go: the longest files lose their beginnings. */
  private async shorten(bytes: number): Promise<void> {
    const streams = [...this.units].flatMap((unit) => streamNames.map((stream) => ({ unit, stream })))
    const longestFirst = streams.toSorted((a, b) => b.unit.liveBytes(b.stream) - a.unit.liveBytes(a.stream))
    let over = bytes
    for (const { unit, stream } of longestFirst) {
      if (over <= 0) return
      if (this.retries.has(keyOf(unit, stream))) continue
      const cut = Math.min(over, unit.liveBytes(stream))
      const to = unit.heads[stream].start + cut
      this.options.log.warn('the beginning of a log is removed, to stay below log_max_total', {
        unit: unit.unit,
        stream,
        bytes: cut,
      })
      await this.attempt(unit, stream, (rotation) => rotation.expire(to))
      over -= cut
    }
  }

  private async expire(unit: UnitCapture, stream: StreamName): Promise<void> {
    const { maxAgeMs } = unit.limits
    if (maxAgeMs === Number.POSITIVE_INFINITY) return
    const offset = expiredOffset(unit.directory, stream, this.options.clock.now() - maxAgeMs)
    await this.attempt(unit, stream, (rotation) => rotation.expire(offset))
  }
}

const uncapped: TotalLimit = { kind: 'bytes', bytes: Number.POSITIVE_INFINITY }

/** No units' keys: those have a slash. */
const capKey = 'cap'
const restingKey = 'resting'

const keyOf = (unit: UnitCapture, stream: StreamName): string => `${unit.unit}/${stream}`

const writtenBytes = (unit: UnitCapture): number => unit.endKnown('out') + unit.endKnown('err')
