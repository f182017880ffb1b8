/** The logs' side of the daemon: makes the files ready that services append to, and keeps the index of what came when. */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { GrowthWatch } from './growth-watch.ts'
import { type LineSettings, writeLineSettings } from './line-settings.ts'
import { defaultLogLimits, type LogLimits, type TotalLimit } from './log-limits.ts'
import type { LogCapture, LogTargets } from './log-port.ts'
import { Pulse } from './pulse.ts'
import type { RotationMode } from './rotation.ts'
import { Rotator } from './rotator.ts'
import { UnitCapture } from './unit-capture.ts'
import { streamPath, unitDirectory } from './unit-directory.ts'

const defaultSamplingMs = 200
/** How long what is known of a busy unit may wait for being written; after a crash it is known less exactly. */
const flushMs = 2000

export interface LogCaptureOptions {
  /** LOGS: each unit has a directory in it. */
  readonly directory: string
  readonly clock: Clock
  readonly log: Log
  /** From the configuration; what is missing is `defaultLogLimits`. */
  readonly defaults?: Partial<LogLimits>
  /** What all units may take together; not given: as much as they like. */
  readonly maxTotal?: TotalLimit
  /** How files are rotated, where it is not to be found out: `truncate` may lose lines. */
  readonly rotation?: RotationMode
  /** How often the sizes of a busy unit are looked at: its lines' times are that exact. */
  readonly samplingMs?: number
}

export const createLogCapture = (options: LogCaptureOptions): LogCapture => new Capture(options)

interface OpenUnit {
  readonly capture: UnitCapture
  readonly watch: GrowthWatch
  readonly flush: () => void
}

class Capture implements LogCapture {
  private readonly options: LogCaptureOptions
  private readonly defaults: LogLimits
  private readonly units = new Map<string, OpenUnit>()
  /** Units that are being opened, or whose last rotation is awaited. */
  private readonly opening = new Map<string, Promise<void>>()
  private readonly sampling: Pulse
  private readonly flushing: Pulse
  private readonly rotator: Rotator
  private hasWarned = false
  /** Units whose directory somebody has removed. */
  private readonly homeless = new Set<string>()

  constructor(options: LogCaptureOptions) {
    this.options = options
    this.defaults = { ...defaultLogLimits, ...options.defaults }
    this.sampling = new Pulse(options.clock, options.samplingMs ?? defaultSamplingMs)
    this.flushing = new Pulse(options.clock, flushMs)
    const { clock, log, directory, maxTotal, rotation: mode } = options
    const { maxAgeMs } = this.defaults
    this.rotator = new Rotator({ clock, log, directory, maxTotal, maxAgeMs, mode })
  }

  async open(unit: string, limits: Partial<LogLimits> = {}, lines: LineSettings = {}): Promise<LogTargets> {
    const directory = unitDirectory(this.options.directory, unit)
    const capture = new UnitCapture(unit, directory, { ...this.defaults, ...limits }, this.options)
    while (this.opening.has(unit)) await this.opening.get(unit)
    const known = this.units.get(unit)
    if (known === undefined) {
      const opening = this.openNew(capture).finally(() => this.opening.delete(unit))
      this.opening.set(unit, opening)
      await opening
    } else {
      known.capture.makeFiles()
      this.homeless.delete(unit)
      this.rotator.limit(known.capture, capture.limits)
    }
    writeLineSettings(directory, lines)
    return { stdout: streamPath(directory, 'out'), stderr: streamPath(directory, 'err') }
  }

  mark(unit: string, invocationId: string, revision: string | undefined): void {
    this.lookNow(unit)?.mark(invocationId, revision)
  }

  note(unit: string, text: string, kind?: 'crash'): void {
    this.lookNow(unit)?.note(text, kind === 'crash')
  }

  release(unit: string): void {
    const open = this.units.get(unit)
    if (open === undefined) return
    this.lookNow(unit)?.flush()
    open.watch.close()
    this.flushing.delete(open.flush)
    this.units.delete(unit)
    this.homeless.delete(unit)
    const closing = this.rotator.remove(open.capture).finally(() => this.opening.delete(unit))
    this.opening.set(unit, closing)
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.opening.values())
    await this.rotator.close()
    for (const unit of [...this.units.keys()]) this.release(unit)
  }

  private async openNew(capture: UnitCapture): Promise<void> {
    capture.prepare()
    await this.rotator.add(capture)
    const flush = (): void => {
      capture.flush()
      if (!capture.hasWaiting) this.flushing.delete(flush)
    }
    const look = (isPrompt: boolean): boolean => {
      const hasGrown = capture.look(isPrompt)
      if (hasGrown && isPrompt) capture.flush()
      else if (hasGrown) this.flushing.add(flush)
      this.rotator.consider(capture)
      return hasGrown
    }
    const onUnwatchable = (error: Error): void => this.warnUnwatchable(capture.unit, error)
    const watch = new GrowthWatch({ directory: capture.directory, look, onUnwatchable }, this.sampling)
    this.units.set(capture.unit, { capture, watch, flush })
  }

  /** What is in the files at this moment came before what is told now. */
  private lookNow(unit: string): UnitCapture | undefined {
    const open = this.units.get(unit)
    open?.capture.look(open.watch.isArmed)
    return open?.capture
  }

  private warnUnwatchable(unit: string, error: NodeJS.ErrnoException): void {
    if (error.code === 'ENOENT') this.warnHomeless(unit)
    else this.warnUnwatched(error)
  }

  private warnHomeless(unit: string): void {
    if (this.homeless.has(unit)) return
    this.homeless.add(unit)
    this.options.log.warn('log directory was removed: what is written is lost until the unit starts anew', {
      unit,
      remedy: `gitproc restart ${unit}`,
    })
  }

  private warnUnwatched(error: Error): void {
    if (this.hasWarned) return
    this.hasWarned = true
    this.options.log.warn('log files can not be watched, their sizes are looked at by timer', {
      reason: error.message,
      remedy: 'sysctl fs.inotify.max_user_watches',
    })
  }
}
