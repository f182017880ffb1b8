/** Whether the branch may lead us where it went: the one place where a move is judged, before anything of it is read. */
import { type Revision, revisionName } from '../base/revision.ts'

export interface Move {
  /** The tip that was followed last; undefined before the first one. */
  readonly from: Revision | undefined
  readonly to: Revision
  readonly kind: MoveKind
}

/**
 * `first`: there was none before. `none`: the same tip. `forward`: the old tip is an ancestor of the new one. `back`: the new
 * tip is an ancestor of the old one, or of one that was followed earlier. `aside`: none of these, as after a force push.
 * `unknown`: the history on hand does not say.
 */
export type MoveKind = 'first' | 'none' | 'forward' | 'back' | 'aside' | 'unknown'

export interface MoveRules {
  readonly onForcePush: 'follow' | 'refuse'
  /** Commits must be signed: then an old signature must not lead back to what it once signed. */
  readonly refusesReplay: boolean
  /** An operator has named this very tip. */
  readonly isPermitted: boolean
}

export type Verdict =
  | { readonly kind: 'follow'; readonly warning: string | undefined }
  | { readonly kind: 'refuse'; readonly reason: string; readonly remedy: string }

export const judgeMove = (move: Move, rules: MoveRules): Verdict => {
  const { from, to, kind } = move
  if (from === undefined || kind === 'first' || kind === 'none' || kind === 'forward') return followed()
  const what = `${to.branch} ${describe[kind]} (${name(from)} → ${name(to)})`
  if (rules.isPermitted) return followed(`${what}; an operator allowed it`)
  if (rules.refusesReplay && kind !== 'aside')
    return refused(`${what}; with verify_commits on, an old signed commit does not come back unasked`)
  if (rules.onForcePush === 'refuse') return refused(`${what}; on_force_push = refuse`)
  return followed(what)
}

const describe = {
  back: 'was moved back to an earlier commit',
  aside: 'was rewritten by a force push',
  unknown: 'was moved, and the history on hand does not show how',
} as const

const name = (revision: Revision): string => revisionName(revision).split('@')[1]!

const followed = (warning?: string): Verdict => ({ kind: 'follow', warning })

const refused = (reason: string): Verdict => ({
  kind: 'refuse',
  reason,
  remedy: 'put the branch where it was, or allow this move: gitproc sync --allow-rewind',
})
