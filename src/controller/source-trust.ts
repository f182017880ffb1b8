/** Follows the branch only where it may be followed: judges each move and its commits, and remembers what was believed. */
import { GitprocError } from '../base/error.ts'
import { type Revision, revisionName } from '../base/revision.ts'
import { type KeyFiles, readTrustedKeys } from '../git/signature/trusted-keys.ts'
import type { TrustRecord, TrustStore, VerifyCommits } from '../store/trust-record.ts'
import { type CommitTrust, type Demand, judgeCommits } from './commit-trust.ts'
import type { ControllerPorts } from './ports.ts'
import { judgeMove, type Move, type MoveKind, type Verdict } from './source-policy.ts'

export interface TrustPolicy {
  readonly verifyCommits: VerifyCommits
  readonly onForcePush: 'follow' | 'refuse'
  readonly keyFiles: KeyFiles
}

/** How many tips and rollbacks are remembered. */
const remembered = 50

export class SourceTrust {
  readonly #ports: Pick<ControllerPorts, 'repository' | 'generations' | 'clock'>
  readonly #applied: () => Revision | undefined
  readonly #store: TrustStore
  readonly #policy: TrustPolicy
  readonly #checked = new Map<string, string>()

  constructor(
    ports: Pick<ControllerPorts, 'repository' | 'generations' | 'clock' | 'trust'>,
    applied: () => Revision | undefined,
  ) {
    this.#ports = ports
    this.#applied = applied
    this.#store = ports.trust.store
    this.#policy = ports.trust.policy
  }

  /** The tip that was followed last; the one that was applied, where that was before anything was remembered here. */
  get accepted(): Revision | undefined {
    return this.#store.now().accepted?.revision ?? this.#applied()
  }

  /** Who signed a tip that is believed; undefined where nobody had to, or where it is a rollback of our own. */
  signerOf(sha: string): string | undefined {
    const { accepted } = this.#store.now()
    return accepted?.revision.sha === sha ? accepted.signer : undefined
  }

  get warning(): TrustRecord['warning'] {
    return this.#store.now().warning
  }

  /** Judges the tip; what is followed is remembered before anything of it is applied. */
  async follow(to: Revision): Promise<Verdict> {
    if (this.#isBelieved(to)) return { kind: 'follow', warning: undefined }
    const { move, verdict } = await this.#judge(to)
    if (verdict.kind === 'follow') await this.#accept(move, verdict.warning)
    return verdict
  }

  /** Whether it would be followed. */
  async mayFollow(to: Revision): Promise<boolean> {
    return this.#isBelieved(to) || (await this.#judge(to)).verdict.kind === 'follow'
  }

  /** Why it would not be followed if the branch came to it; of its way there, only the signatures count. */
  async objection(to: Revision): Promise<{ readonly reason: string; readonly remedy: string } | undefined> {
    if (this.#isBelieved(to)) return undefined
    const trust = await this.#judgeCommits(this.#from(to), to)
    return trust.kind === 'refused' ? trust : undefined
  }

  /** An operator allows the branch to be where it is now, wherever it was before. */
  async permit(to: Revision, who: string): Promise<void> {
    await this.#store.change((record) => ({ ...record, permit: { sha: to.sha, who } }))
  }

  /** Remembers that the next commit on this tip brings back the units of `source`. */
  async willRollBack(tip: Revision, source: Revision): Promise<void> {
    const intent = { parent: tip.sha, source: source.sha }
    await this.#store.change((record) => ({
      ...record,
      rollbacks: [intent, ...record.rollbacks].slice(0, remembered),
    }))
  }

  /** What is gone back to must have been applied here, or be signed itself. Fails `git/untrusted`. */
  async checkReturn(source: Revision): Promise<void> {
    if (this.#policy.verifyCommits === 'off') return
    const wasApplied = this.#ports.generations
      .latest(1000)
      .some(({ revision, outcome }) => revision.sha === source.sha && outcome !== 'Refused')
    if (wasApplied) return
    const trust = await judgeCommits(source, this.#demand('head', undefined), this.#ports.repository)
    if (trust.kind === 'trusted') return
    throw new GitprocError(
      'git/untrusted',
      `${revisionName(source)} cannot be gone back to: ${trust.reason}`,
      {
        remedy: trust.remedy,
      },
    )
  }

  #isBelieved(to: Revision): boolean {
    const { accepted } = this.#store.now()
    const wasVerified = this.#policy.verifyCommits === 'off' || accepted?.verified !== 'off'
    return accepted?.revision.sha === to.sha && accepted.revision.branch === to.branch && wasVerified
  }

  /** To watch another branch is the operator's own decision, and a beginning. */
  #from(to: Revision): Revision | undefined {
    const { accepted } = this
    return accepted?.branch === to.branch ? accepted : undefined
  }

  async #judge(to: Revision): Promise<{ readonly move: Move; readonly verdict: Verdict }> {
    const from = this.#from(to)
    const move = { from, to, kind: await this.#kindOfMove(from, to) }
    const { onForcePush, verifyCommits } = this.#policy
    const isPermitted = this.#store.now().permit?.sha === to.sha
    const verdict = judgeMove(move, { onForcePush, refusesReplay: verifyCommits !== 'off', isPermitted })
    if (verdict.kind === 'refuse') return { move, verdict }
    const trust = await this.#judgeCommits(from, to)
    return { move, verdict: trust.kind === 'refused' ? { ...trust, kind: 'refuse' } : verdict }
  }

  async #kindOfMove(from: Revision | undefined, to: Revision): Promise<MoveKind> {
    const { repository } = this.#ports
    if (from === undefined) return 'first'
    if (from.sha === to.sha) return 'none'
    try {
      const isForward = await repository.isAncestor(from.sha, to.sha)
      if (isForward !== false) return isForward ? 'forward' : 'unknown'
    } catch {
      return 'unknown' // the history cannot be walked: the pass will say so where it matters
    }
    for (const tip of [from.sha, ...this.#store.now().left])
      if (await this.#isAncestor(to.sha, tip)) return 'back'
    return 'aside'
  }

  /** False, too, where one of them is gone, as after `git gc`. */
  async #isAncestor(sha: string, of: string): Promise<boolean> {
    try {
      return (await this.#ports.repository.isAncestor(sha, of)) === true
    } catch {
      return false
    }
  }

  /** Keys that cannot be read, or a history that is not whole, can vouch for nothing. */
  async #judgeCommits(from: Revision | undefined, to: Revision): Promise<CommitTrust> {
    const { verifyCommits } = this.#policy
    if (verifyCommits === 'off') return { kind: 'trusted' }
    const base = from?.sha === to.sha ? undefined : from
    try {
      return await judgeCommits(to, this.#demand(verifyCommits, base), this.#ports.repository)
    } catch (error) {
      if (!(error instanceof GitprocError)) throw error
      const reason = `${revisionName(to)} cannot be verified: ${error.message}`
      return { kind: 'refused', reason, remedy: error.remedy ?? 'gitproc sync' }
    }
  }

  #demand(mode: 'head' | 'all', base: Revision | undefined): Demand {
    const keys = readTrustedKeys(this.#policy.keyFiles)
    return { mode, base, keys, checked: this.#checked, rollbacks: this.#store.now().rollbacks }
  }

  async #accept({ from, to, kind }: Move, warning: string | undefined): Promise<void> {
    const isLeaving = from !== undefined && (kind === 'back' || kind === 'aside' || kind === 'unknown')
    const sinceMs = this.#ports.clock.now()
    const signer = [...this.#checked].find(([name]) => name.endsWith(to.sha))?.[1]
    await this.#store.change((record) => ({
      ...record,
      accepted: { revision: to, verified: this.#policy.verifyCommits, signer },
      left: isLeaving ? [from.sha, ...record.left].slice(0, remembered) : record.left,
      permit: undefined,
      warning: warning === undefined ? undefined : { text: warning, sinceMs },
    }))
    // Commits that were believed are not asked about again.
    this.#checked.clear()
  }
}
