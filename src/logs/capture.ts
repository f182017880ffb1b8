/** The logs' side of the daemon: makes the files ready that services append to, and keeps the index of what came when. */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { GrowthWatch } from './growth-watch.ts'
import { defaultLogLimits, type LogLimits } from './log-limits.ts'
import type { LogCapture, LogTargets } from './log-port.ts'
import { Pulse } from './pulse.ts'
import { UnitCapture } from './unit-capture.ts'
import { streamPath, unitDirectory } from './unit-directory.ts'

/** How often the sizes of a busy unit are looked at: its lines' times are that exact. */
const samplingMs = 200
/** How long what is known of a busy unit may wait for being written; after a crash it is known less exactly. */
const flushMs = 2000

export interface LogCaptureOptions {
  /** LOGS: each unit has a directory in it. */
  readonly directory: string
  readonly clock: Clock
  readonly log: Log
  /** From the configuration; what is missing is `defaultLogLimits`. */
  readonly defaults?: Partial<LogLimits>
}

export const createLogCapture = (options: LogCaptureOptions): LogCapture => new Capture(options)

interface OpenUnit {
  readonly capture: UnitCapture
  readonly watch: GrowthWatch
}

class Capture implements LogCapture {
  private readonly options: LogCaptureOptions
  private readonly defaults: LogLimits
  private readonly units = new Map<string, OpenUnit>()
  private readonly sampling: Pulse
  private readonly flushing: Pulse
  private hasWarned = false

  constructor(options: LogCaptureOptions) {
    this.options = options
    this.defaults = { ...defaultLogLimits, ...options.defaults }
    this.sampling = new Pulse(options.clock, samplingMs)
    this.flushing = new Pulse(options.clock, flushMs)
  }

  async open(unit: string, limits: Partial<LogLimits> = {}): Promise<LogTargets> {
    const directory = unitDirectory(this.options.directory, unit)
    const allLimits = { ...this.defaults, ...limits }
    const known = this.units.get(unit)
    if (known === undefined) this.units.set(unit, this.openNew(unit, directory, allLimits))
    else known.capture.limits = allLimits
    return { stdout: streamPath(directory, 'out'), stderr: streamPath(directory, 'err') }
  }

  mark(unit: string, invocationId: string, revision: string | undefined): void {
    this.lookNow(unit)?.mark(invocationId, revision)
  }

  note(unit: string, text: string, kind?: 'crash'): void {
    this.lookNow(unit)?.note(text, kind === 'crash')
  }

  release(unit: string): void {
    this.lookNow(unit)?.flush()
    this.units.get(unit)?.watch.close()
    this.units.delete(unit)
  }

  async close(): Promise<void> {
    for (const unit of [...this.units.keys()]) this.release(unit)
  }

  private openNew(unit: string, directory: string, limits: LogLimits): OpenUnit {
    const capture = new UnitCapture(unit, directory, limits, this.options)
    capture.prepare()
    const flush = (): void => {
      capture.flush()
      if (!capture.hasWaiting) this.flushing.delete(flush)
    }
    const watch = new GrowthWatch(
      {
        directory,
        look: (isPrompt) => {
          const hasGrown = capture.look(isPrompt)
          if (hasGrown && isPrompt) capture.flush()
          else if (hasGrown) this.flushing.add(flush)
          return hasGrown
        },
        onUnwatchable: (error) => this.warnUnwatchable(error),
      },
      this.sampling,
    )
    return { capture, watch }
  }

  /** What is in the files at this moment came before what is told now. */
  private lookNow(unit: string): UnitCapture | undefined {
    const open = this.units.get(unit)
    open?.capture.look(open.watch.isArmed)
    return open?.capture
  }

  private warnUnwatchable(error: Error): void {
    if (this.hasWarned) return
    this.hasWarned = true
    this.options.log.warn('log files can not be watched, their sizes are looked at by timer', {
      reason: error.message,
      remedy: 'sysctl fs.inotify.max_user_watches',
    })
  }
}
