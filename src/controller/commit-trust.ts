/** Whether the commits that a move brings are signed as `verify_commits=` demands. */
import type { Revision } from '../base/revision.ts'
import { yieldToOthers } from '../git/last-change.ts'
import type { Repository } from '../git/repository-port.ts'
import type { SignatureVerdict } from '../git/signature/signature.ts'
import type { TrustedKeys } from '../git/signature/trusted-keys.ts'
import type { RollbackIntent } from '../store/trust-record.ts'

export interface Demand {
  readonly mode: 'head' | 'all'
  /** What is believed already: nothing that it leads to is looked at again. Undefined: trust begins with this tip. */
  readonly base: Revision | undefined
  readonly keys: TrustedKeys
  /** Signature checks that turned out well, by key file and commit: who signed. */
  readonly checked: Map<string, string>
  readonly rollbacks: readonly RollbackIntent[]
}

export type CommitTrust =
  | { readonly kind: 'trusted' }
  | { readonly kind: 'refused'; readonly reason: string; readonly remedy: string }

/** More than anybody reviews between two deployments; a move that brings more is looked at by a person. */
const maxNewCommits = 10_000
/** A signature costs about 0.3 ms: how many are checked before others get their turn. */
const commitsAtOnce = 20

export const judgeCommits = async (
  tip: Revision,
  demand: Demand,
  repository: Repository,
): Promise<CommitTrust> => {
  if (demand.mode === 'head' || demand.base === undefined)
    return (await findUntrusted([tip], demand, repository)).trust
  return judgeRange(tip, [demand.base.sha], demand, repository)
}

/** Every new commit, the newest first. A rollback of our own stands for all that lies before it. */
const judgeRange = async (
  tip: Revision,
  known: readonly string[],
  demand: Demand,
  repository: Repository,
): Promise<CommitTrust> => {
  const { commits, isWhole } = await repository.evidence.newCommits(tip.sha, known, maxNewCommits)
  const { trust, own } = await findUntrusted(commits, demand, repository)
  if (own !== undefined) return judgeRange(tip, [...known, own], demand, repository)
  if (trust.kind === 'refused' || isWhole) return trust
  return {
    kind: 'refused',
    reason: `not all commits between ${short(known[0]!)} and ${short(tip.sha)} can be verified: there are more than ${maxNewCommits}, or the clone is too shallow`,
    remedy: 'fetch more history, or set verify_commits = head for this one move',
  }
}

interface Found {
  readonly trust: CommitTrust
  /** A rollback that this daemon made. */
  readonly own?: string
}

const findUntrusted = async (
  commits: readonly Revision[],
  demand: Demand,
  repository: Repository,
): Promise<Found> => {
  for (const [index, commit] of commits.entries()) {
    if (index % commitsAtOnce === 0) await yieldToOthers()
    const verdict = await check(commit, demand, repository)
    if (verdict.kind === 'good') continue
    if (await isOwnRollback(commit, demand, repository))
      return { trust: { kind: 'trusted' }, own: commit.sha }
    if (await isKnown(commit, demand, repository)) continue
    return { trust: refusal(commit, verdict, demand) }
  }
  return { trust: { kind: 'trusted' } }
}

/** Under which a check is remembered. */
const checkName = (keys: TrustedKeys, sha: string): string => `${keys.id} ${sha}`

const check = async (
  { sha, committedAtMs }: Revision,
  { keys, checked }: Demand,
  { evidence }: Repository,
): Promise<SignatureVerdict | { readonly kind: 'good' }> => {
  const name = checkName(keys, sha)
  if (checked.has(name)) return { kind: 'good' }
  const verdict = await keys.verify((await evidence.commit(sha)).bytes, committedAtMs)
  if (verdict.kind === 'good') checked.set(name, verdict.signer)
  return verdict
}

/** On the parent that was the tip when it was asked for, and with exactly the units of the commit that was named. */
const isOwnRollback = async (
  { sha }: Revision,
  { rollbacks }: Demand,
  { evidence }: Repository,
): Promise<boolean> => {
  const { parents, folderTree } = await evidence.commit(sha)
  const intended = rollbacks.filter(({ parent }) => parents.length === 1 && parents[0] === parent)
  for (const { source } of intended)
    if ((await evidence.commit(source)).folderTree === folderTree) return true
  return false
}

/** Forged dates may make a walk take an old commit for a new one; an exact and slower look tells them apart. */
const isKnown = async ({ sha }: Revision, { base, mode }: Demand, repository: Repository): Promise<boolean> =>
  mode === 'all' && base !== undefined && (await repository.isAncestor(sha, base.sha)) === true

const refusal = (commit: Revision, verdict: SignatureVerdict, { base }: Demand): CommitTrust => {
  const why = verdict.kind === 'bad' ? verdict.why : 'it is not signed'
  const after = base === undefined ? '--root' : short(base.sha)
  return {
    kind: 'refused',
    reason: `commit ${short(commit.sha)} "${commit.subject}" by ${commit.author} is not trusted: ${why}`,
    remedy: `have it signed by a trusted key: git rebase --exec 'git commit --amend --no-edit -S' ${after}`,
  }
}

const short = (sha: string): string => sha.slice(0, 7)
