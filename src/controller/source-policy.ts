/** Whether the branch may lead us where it went: the one place where a move is judged, before anything of it is read. */
import type { Revision } from '../base/revision.ts'

export interface Move {
  /** The tip that was followed last; undefined before the first one. */
  readonly from: Revision | undefined
  readonly to: Revision
  readonly kind: MoveKind
}

/**
 * `first`: there was none before. `none`: the same tip. `forward`: the old tip is an ancestor of the new one. `back`: the new
 * tip is an ancestor of the old one. `aside`: neither, as after a force push. `unknown`: the history on hand does not say.
 */
export type MoveKind = 'first' | 'none' | 'forward' | 'back' | 'aside' | 'unknown'

export type Verdict = { readonly kind: 'follow' }

export const judgeMove = (_move: Move): Verdict => ({ kind: 'follow' })
