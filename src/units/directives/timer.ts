/** Rows of `[Timer]` (systemd.timer(5)). */
import { boolean } from '../value-types/boolean.ts'
import { collection } from '../value-types/collection.ts'
import { timeSpan } from '../value-types/time.ts'
import { timerKinds, timerTriggers } from '../value-types/trigger.ts'
import { unitName } from '../value-types/unit-names.ts'
import { rowsOf } from './row.ts'

const { accepted, unsupported } = rowsOf('systemd.timer(5)')

const notTimed = 'nothing is started by the timer'

export const timerDirectives = {
  /** `OnCalendar=`, `OnBootSec=`, …, in the order written; the spellings are aliases. */
  Triggers: unsupported(collection(timerKinds, timerTriggers), [], notTimed),
  OnClockChange: unsupported(boolean, false, 'the timer does not elapse by it'),
  OnTimezoneChange: unsupported(boolean, false, 'the timer does not elapse by it'),
  /** Where not set, the service of the timer's own name. */
  Unit: unsupported(unitName('any'), undefined, notTimed),
  Persistent: unsupported(boolean, false, notTimed),
  AccuracySec: unsupported(timeSpan, 60e6, notTimed),
  RandomizedDelaySec: unsupported(timeSpan, 0, notTimed),
  FixedRandomDelay: unsupported(boolean, false, notTimed),
  RandomizedOffsetSec: unsupported(timeSpan, 0, 'the timer elapses without it'),
  DeferReactivation: unsupported(boolean, false, 'the timer elapses without it'),
  WakeSystem: unsupported(boolean, false, 'the machine is not woken'),
  RemainAfterElapse: accepted(boolean, true),
} as const
