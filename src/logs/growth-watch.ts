/**
 * Notices that a unit's files grow, at a cost that does not depend on how fast they do.
 *
 *            event                 event, growth
 *     quiet ───────▶ alert ──────────────────────▶ busy ──┐ growth
 *       ▲              │ ▲                           │ ◀──┘
 *       └── no growth ─┘ └──────── no growth ────────┘
 *
 * quiet: inotify is armed, no timer; a silent unit costs nothing, a first line is noticed within a millisecond.
 * alert: armed, and on the pulse; a unit that writes now and then is never disarmed.
 * busy:  on the pulse only; a unit that writes at full speed raises no events.
 */
import { type FSWatcher, watch } from 'node:fs'
import type { Pulse } from './pulse.ts'

export interface WatchedUnit {
  readonly directory: string
  /** Looks at the sizes; true if they grew. `isPrompt`: it is asked as soon as something was written. */
  look(isPrompt: boolean): boolean
  /** Events can't be had (too many watches on this host): the pulse does it. */
  onUnwatchable(error: Error): void
}

export class GrowthWatch {
  private readonly unit: WatchedUnit
  private readonly pulse: Pulse
  private state: 'quiet' | 'alert' | 'busy' | 'closed' = 'quiet'
  private watcher: FSWatcher | undefined
  private readonly onPulse = (): void => {
    if (this.state !== 'closed') this.afterPulse()
  }

  constructor(unit: WatchedUnit, pulse: Pulse) {
    this.unit = unit
    this.pulse = pulse
    if (!this.arm()) this.becomeBusy()
    else if (this.unit.look(false)) this.becomeAlert()
  }

  get isArmed(): boolean {
    return this.watcher !== undefined
  }

  close(): void {
    this.state = 'closed'
    this.pulse.delete(this.onPulse)
    this.disarm()
  }

  private onEvent(file: string | null): void {
    if (this.state === 'closed' || (file !== 'out' && file !== 'err')) return
    this.unit.look(true)
    if (this.state === 'quiet') this.becomeAlert()
    else this.becomeBusy()
  }

  private afterPulse(): void {
    if (this.unit.look(this.isArmed)) this.becomeBusy()
    else if (this.state === 'alert') this.becomeQuiet()
    // What was written between the look and the arming raises no event: hence the second look.
    else if (this.arm() && !this.unit.look(false)) this.becomeAlert()
    else this.becomeBusy()
  }

  private becomeQuiet(): void {
    this.state = 'quiet'
    this.pulse.delete(this.onPulse)
  }

  private becomeAlert(): void {
    this.state = 'alert'
    this.pulse.add(this.onPulse)
  }

  private becomeBusy(): void {
    this.state = 'busy'
    this.disarm()
    this.pulse.add(this.onPulse)
  }

  private arm(): boolean {
    try {
      this.watcher = watch(this.unit.directory, (_kind, file) => this.onEvent(file))
      this.watcher.on('error', (error) => {
        this.unit.onUnwatchable(error)
        this.becomeBusy()
      })
      return true
    } catch (error) {
      this.unit.onUnwatchable(error as Error)
      return false
    }
  }

  private disarm(): void {
    this.watcher?.close()
    this.watcher = undefined
  }
}
