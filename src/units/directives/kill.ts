/** Rows about how processes are ended, for every kind of unit that has some (systemd.kill(5)). */
import { boolean } from '../value-types/boolean.ts'
import { choice } from '../value-types/choice.ts'
import { signal } from '../value-types/signal.ts'
import { rowsOf } from './row.ts'

const { enforced } = rowsOf('systemd.kill(5)')

export const killDirectives = {
  KillMode: enforced(choice(['control-group', 'process', 'mixed', 'none']), 'live', 'control-group'),
  KillSignal: enforced(signal, 'live', 'SIGTERM'),
  /** Where not set, KillSignal= counts. */
  RestartKillSignal: enforced(signal, 'live'),
  SendSIGHUP: enforced(boolean, 'live', false),
  SendSIGKILL: enforced(boolean, 'live', true),
  FinalKillSignal: enforced(signal, 'live', 'SIGKILL'),
  WatchdogSignal: enforced(signal, 'live', 'SIGABRT'),
} as const
