/** The name of a plan: whoever applies it by hash gets exactly what was shown, or nothing. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { DesiredState } from './desired.ts'
import type { Step } from './plan.ts'

/** 16 hex digits over the revision and every step that moves something, with the definition that it moves to. */
export const planHash = (steps: readonly Step[], desired: DesiredState): string => {
  const moves = steps
    .filter((step) => step.verb !== 'keep')
    .map(({ verb, unit, changes, after }) => [
      verb,
      unit,
      desired.units.get(unit)?.hash ?? '',
      changes,
      after,
    ])
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify([desired.revision.sha, steps.length, moves])))).slice(
    0,
    16,
  )
}
