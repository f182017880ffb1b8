/** Rows of `[Timer]` (systemd.timer(5)). */
import { boolean } from '../value-types/boolean.ts'
import { collection } from '../value-types/collection.ts'
import { timeSpan } from '../value-types/time.ts'
import { timerKinds, timerTriggers } from '../value-types/trigger.ts'
import { triggeredUnit } from '../value-types/unit-names.ts'
import { rowsOf } from './row.ts'

const { accepted, enforced, unsupported } = rowsOf('systemd.timer(5)')

export const timerDirectives = {
  /** `OnCalendar=`, `OnBootSec=`, …, in the order written; the spellings are aliases. */
  Triggers: enforced(collection(timerKinds, timerTriggers), 'live', []),
  OnClockChange: unsupported(boolean, false, 'the timer does not elapse by it'),
  OnTimezoneChange: enforced(boolean, 'live', false),
  /** Where not set, the service of the timer's own name. */
  Unit: enforced(triggeredUnit, 'live'),
  Persistent: enforced(boolean, 'live', false),
  AccuracySec: accepted(timeSpan, 60e6, 'timers elapse when they are due, never later to save power'),
  RandomizedDelaySec: enforced(timeSpan, 'live', 0),
  FixedRandomDelay: enforced(boolean, 'live', false),
  RandomizedOffsetSec: unsupported(timeSpan, 0, 'the timer elapses without it'),
  DeferReactivation: enforced(boolean, 'live', false),
  WakeSystem: unsupported(boolean, false, 'the machine is not woken'),
  RemainAfterElapse: enforced(boolean, 'live', true),
} as const
