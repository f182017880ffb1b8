/** A timer unit's settings as its policy: microseconds become milliseconds. */
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { TimerPolicy } from './timer-state.ts'

export const timerPolicyOf = (unit: LoadedUnit, machineId: string): TimerPolicy => {
  const { timer } = unit
  if (timer === undefined) throw new Error(`${unit.name} is no timer`)
  return {
    triggers: timer.Triggers,
    randomizedDelayMs: timer.RandomizedDelaySec / 1000,
    fixedShare: timer.FixedRandomDelay ? fixedShare(machineId, unit.name) : undefined,
    isPersistent: timer.Persistent,
    remainsAfterElapse: timer.RemainAfterElapse,
    defersReactivation: timer.DeferReactivation,
    elapsesByZoneChange: timer.OnTimezoneChange,
  }
}

/** The same on this host at all times, another one on each host and for each timer. */
const fixedShare = (machineId: string, name: string): number => {
  const hash = sha256(utf8ToBytes(`${machineId}\n${name}`))
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0) / 2 ** 32
}
