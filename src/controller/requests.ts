/** What a person asks of the passes: `sync` and `rollback`, each with an answer that is about what was asked. */
import type { RollbackAnswer, RollbackRequest, SyncRequest } from '../api/requests.ts'
import { GitprocError } from '../base/error.ts'
import { type Permits, timeText } from './gate.ts'
import type { PassLoop, PassRequest } from './pass-loop.ts'
import type { Passed } from './reconcile.ts'
import { checkFollowsBranch, commitRollback, pin, planRollback } from './rollback.ts'
import { knownBy } from './taken-back.ts'
import type { World } from './world.ts'

export const passRequestOf = (
  { who, retry = false, prune = false, now = false, plan, confirmWithinMs }: SyncRequest,
  triesUpTo: number,
): PassRequest => ({
  origin: 'sync',
  permits: { retries: retry, prune, now },
  triesUpTo,
  ...(plan === undefined ? {} : { expects: plan }),
  ...(confirmWithinMs === undefined ? {} : { confirm: { who, spanMs: confirmWithinMs } }),
})

/**
 * Resolves when the pass is over, or waits for nothing but its confirmation. A tip that need not wait with what is permitted
 * overtakes what is being applied. Fails `plan/waits` where another one waits for its own.
 */
export const requestSync = async (
  request: SyncRequest,
  loop: PassLoop,
  world: World,
  overtake: (permits: Permits) => Promise<void>,
): Promise<Passed | undefined> => {
  checkNothingUnconfirmed(world)
  const { confirmWithinMs, plan, prune, now, agoMs = 0 } = request
  const asked = passRequestOf(request, knownBy(agoMs, world, loop.isRunning))
  const prepare = async (): Promise<void> => {
    await lookFor(request, world)
    if (request.allowRewind) await allowRewind(request, world)
    await overtake(asked.permits)
  }
  if (confirmWithinMs === undefined && plan === undefined && !prune && !now) {
    await prepare()
    return loop.request(asked)
  }
  // What the look brings is not to be applied, or kept waiting, by a pass that knows of none of these.
  const { passed: pass } = await loop.goAhead(asked, prepare)
  if (confirmWithinMs === undefined) return pass
  const due = Promise.withResolvers<undefined>()
  const end = loop.subscribe(({ kind }) => {
    if (kind === 'awaiting confirmation') due.resolve(undefined)
  })
  return Promise.race([pass, due.promise]).finally(end)
}

/** The word holds for the very tip that the branch has now. */
const allowRewind = async ({ who }: SyncRequest, { repository, trust, log }: World): Promise<void> => {
  const tip = await repository.head()
  await trust.permit(tip, who)
  log.info('branch may be where it is', { revision: tip.sha, who })
}

/** What is here already can be tried again, whether the remote answers or not. */
const lookFor = async ({ retry = false }: SyncRequest, { repository }: World): Promise<void> => {
  const looked = repository.look()
  await (retry ? looked.catch(() => undefined) : looked)
}

const checkNothingUnconfirmed = ({ orders, localTime }: World): void => {
  const { confirmation } = orders.now
  if (confirmation === undefined) return
  const { sha, dueAtMs } = confirmation
  const until = timeText(dueAtMs, localTime)
  throw new GitprocError('plan/waits', `${sha.slice(0, 7)} waits to be confirmed until ${until}`, {
    remedy: 'gitproc confirm keeps it, gitproc cancel takes it back',
  })
}

/** Plans, and unless that is all that was asked makes the commit (or sets the pin) and applies it before anything else. Nobody waits: `failed` is told. */
export const requestRollback = async (
  request: RollbackRequest,
  loop: PassLoop,
  world: World,
  failed: (error: unknown) => void,
): Promise<RollbackAnswer> => {
  checkFollowsBranch(request, world)
  const { to, plan } = await planRollback(request.revision, world)
  if (request.dryRun) return { to, commit: undefined, plan, generation: undefined }
  const origin = `rollback to ${to.sha.slice(0, 7)}`
  const permits = { retries: false, prune: true, now: true }
  const { prepared: commit, passed } = await loop.overtake({ origin, permits, triesUpTo: 'all' }, () =>
    goBack(to, request, { loop, world }),
  )
  if (!request.wait) {
    passed.catch(failed)
    return { to, commit, plan, generation: undefined }
  }
  const { deployed, revision } = await passed
  const generation = world.generations.latest(50).find((entry) => entry.number === deployed?.generation)
  const overtakenBy = revision.sha === (commit ?? to).sha ? undefined : revision
  return { to, commit, plan, generation, overtakenBy }
}

const goBack = async (
  to: RollbackAnswer['to'],
  request: RollbackRequest,
  { loop, world }: { readonly loop: PassLoop; readonly world: World },
): Promise<RollbackAnswer['commit']> => {
  checkFollowsBranch(request, world)
  const commit = request.pin ? undefined : await commitRollback(to, request, world)
  if (request.pin) await pin(to, request, world)
  // In this order: a pass that waits for its confirmation must not take the end of the waiting for a yes.
  loop.interrupt({ kind: 'superseded' })
  await world.orders.change((now) => ({ ...now, confirmation: undefined }))
  return commit
}
