/** Properties about how processes are ended (systemd.kill(5)). */
import type { ProcessSettings } from '../directives/tables.ts'
import { signalNumber } from '../value-types/signal.ts'
import type { Properties } from './form.ts'

export const killProperties = (settings: ProcessSettings): Properties => ({
  KillMode: settings.KillMode,
  KillSignal: shownSignal(settings.KillSignal),
  RestartKillSignal: shownSignal(settings.RestartKillSignal ?? settings.KillSignal),
  FinalKillSignal: shownSignal(settings.FinalKillSignal),
  WatchdogSignal: shownSignal(settings.WatchdogSignal),
  SendSIGKILL: settings.SendSIGKILL,
  SendSIGHUP: settings.SendSIGHUP,
})

/** Real-time signals by number: their names are not the same everywhere. */
export const shownSignal = (name: string): string | number =>
  /^SIG\D/.test(name) ? name : signalNumber(name)
