/** Properties of timers and path units. */
import { formatCalendar } from '../calendar/format.ts'
import type { PathSettings, TimerSettings } from '../directives/tables.ts'
import type { TimerTrigger } from '../values.ts'
import { count, octal, type Properties } from './form.ts'

/** `web.timer` → `web.service`. */
export const activatedService = (name: string): string => `${name.slice(0, name.lastIndexOf('.'))}.service`

/** systemd shows the trigger written last first. */
export const timerProperties = (name: string, timer: TimerSettings): Properties => {
  const triggers = [...timer.Triggers].reverse()
  return {
    Unit: timer.Unit ?? activatedService(name),
    TimersMonotonic: triggers.flatMap(monotonic),
    TimersCalendar: triggers.flatMap(calendar),
    OnClockChange: timer.OnClockChange,
    OnTimezoneChange: timer.OnTimezoneChange,
    AccuracyUSec: count(timer.AccuracySec),
    RandomizedDelayUSec: count(timer.RandomizedDelaySec),
    FixedRandomDelay: timer.FixedRandomDelay,
    Persistent: timer.Persistent,
    WakeSystem: timer.WakeSystem,
    RemainAfterElapse: timer.RemainAfterElapse,
  }
}

const monotonic = (trigger: TimerTrigger): readonly Properties[] =>
  trigger.kind === 'OnCalendar' || trigger.kind === 'OnCron'
    ? []
    : [{ base: trigger.kind.replace(/Sec$/, 'USec'), usec: count(trigger.usec) }]

const calendar = (trigger: TimerTrigger): readonly Properties[] => {
  if (trigger.kind === 'OnCron') return [{ base: trigger.kind, spec: trigger.text }]
  return trigger.kind === 'OnCalendar' ? [{ base: trigger.kind, spec: formatCalendar(trigger.calendar) }] : []
}

export const pathProperties = (name: string, path: PathSettings): Properties => ({
  Unit: path.Unit ?? activatedService(name),
  DirectoryMode: octal(path.DirectoryMode),
  TriggerLimitIntervalUSec: count(path.TriggerLimitIntervalSec),
  TriggerLimitBurst: path.TriggerLimitBurst,
  Paths: path.Paths.map(({ kind, path: watched }) => ({ kind, path: watched })).reverse(),
  MakeDirectory: path.MakeDirectory,
})
