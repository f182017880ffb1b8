/** The name of a plan: whoever applies it by hash gets exactly what was shown, or nothing. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Step } from './plan.ts'

/** 16 hex digits over the revision and every step; `keep` steps count only by their number of units. */
export const planHash = (steps: readonly Step[], revision: string): string => {
  const moves = steps
    .filter((step) => step.verb !== 'keep')
    .map((step) => [step.verb, step.unit, step.changes, step.after])
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify([revision, steps.length, moves])))).slice(0, 16)
}
