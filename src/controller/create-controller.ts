/** The controller behind its port: a loop of passes, and the answers to what people ask. */
import type {
  EventMessage,
  HistoryAnswer,
  PlanAnswer,
  RollbackAnswer,
  RollbackRequest,
  StatusAnswer,
  SyncAnswer,
  SyncRequest,
  UnitVerb,
  UnitView,
  VerbAnswer,
  VerbRequest,
  WhyAnswer,
} from '../api/contract.ts'
import { GitprocError } from '../base/error.ts'
import { runLastApplied, takeOver } from './boot.ts'
import type { Controller } from './controller-port.ts'
import { parse } from './definitions.ts'
import { planTo } from './deploy.ts'
import { NeighbourhoodKeeper } from './neighbourhood.ts'
import { openWorld } from './open-world.ts'
import { knownStatus, operate } from './operator.ts'
import { PassLoop } from './pass-loop.ts'
import type { ControllerPorts } from './ports.ts'
import { type Pass, type Passed, reconcile } from './reconcile.ts'
import { commitRollback, planRollback } from './rollback.ts'
import { Source } from './source.ts'
import { type DaemonFacts, type StatusWish, statusAnswer, syncAnswer } from './status-answer.ts'
import { unitView } from './unit-view.ts'
import { why } from './why.ts'
import type { World } from './world.ts'

export interface RunningController extends Controller {
  /** Stops watching and ends the running pass; services go on. */
  close(): Promise<void>
}

/** Takes over what runs, begins to watch, and makes the first pass without waiting for it. */
export const createController = async (
  ports: ControllerPorts,
  daemon: DaemonFacts,
): Promise<RunningController> => {
  const world = await openWorld(ports)
  await takeOver(world)
  const controller = new GitController(world, daemon)
  controller.begin()
  return controller
}

class GitController implements RunningController {
  readonly #world: World
  readonly #daemon: DaemonFacts
  readonly #loop: PassLoop
  readonly #source: Source
  readonly #neighbourhood: NeighbourhoodKeeper
  readonly #listeners = new Set<(event: EventMessage) => void>()
  #endings: (() => void)[] = []

  constructor(world: World, daemon: DaemonFacts) {
    this.#world = world
    this.#daemon = daemon
    this.#source = new Source(world)
    this.#neighbourhood = new NeighbourhoodKeeper(world)
    this.#loop = new PassLoop((pass) => this.#pass(pass))
  }

  begin(): void {
    const { repository, supervisor } = this.#world
    this.#endings = [
      repository.watch(() => void this.#branchMoved()),
      supervisor.subscribe(({ unit, text, atMs }) => this.#tell({ kind: 'unit', unit, text, atMs })),
    ]
    this.#request('boot')
  }

  async close(): Promise<void> {
    for (const end of this.#endings) end()
    await this.#loop.close()
  }

  status(wish: StatusWish = {}): Promise<StatusAnswer> {
    const context = { ...wish, ...this.#syncContext, daemon: this.#daemon }
    return statusAnswer(context, this.#neighbourhood.now, this.#world)
  }

  get #syncContext() {
    return { source: this.#source, isDeploying: this.#loop.isRunning }
  }

  async unit(name: string): Promise<UnitView> {
    return unitView(knownStatus(name, this.#world), this.#neighbourhood.now, this.#world)
  }

  async history({ unit, limit }: { readonly unit?: string; readonly limit: number }): Promise<HistoryAnswer> {
    const all = this.#world.generations.latest(unit === undefined ? limit : 1000)
    const ofUnit =
      unit === undefined ? all : all.filter((entry) => entry.steps.some(({ step }) => step.unit === unit))
    const current = this.#world.generations.latest(1000).find((entry) => entry.outcome !== 'Refused')
    return { generations: ofUnit.slice(0, limit), current: current?.number }
  }

  async plan(name: string | undefined): Promise<PlanAnswer> {
    const { repository } = this.#world
    const revision = name === undefined ? await repository.head() : await repository.resolve(name)
    const parsed = await parse(revision, await repository.files(revision.sha), this.#world)
    const { desired, tree } = parsed
    const plan = planTo({ desired, treeOf: () => tree, revisionOf: () => revision.sha }, this.#world)
    return {
      plan,
      commits: await this.#source.commitsBetween(this.#world.revision, revision),
      diagnostics: desired.diagnostics,
    }
  }

  async sync({ wait, retry }: SyncRequest): Promise<SyncAnswer> {
    const pass = this.#loop.request({ origin: 'sync', retries: retry ?? false })
    if (wait) await pass
    else pass.catch((error: unknown) => this.#passFailed(error))
    const { sync } = await syncAnswer(this.#syncContext, this.#world)
    const { revision } = this.#world
    return { sync: sync.sync, revision, generation: this.#world.generations.latest(1)[0] }
  }

  async rollback(request: RollbackRequest): Promise<RollbackAnswer> {
    const { to, plan } = await planRollback(request.revision, this.#world)
    if (request.dryRun) return { to, commit: undefined, plan, generation: undefined }
    const commit = await commitRollback(to, request, this.#world)
    this.#loop.supersede()
    const pass = this.#loop.request({ origin: `rollback to ${to.sha.slice(0, 7)}`, retries: false })
    if (!request.wait) {
      pass.catch((error: unknown) => this.#passFailed(error))
      return { to, commit, plan, generation: undefined }
    }
    const { deployed } = await pass
    const generation = this.#world.generations
      .latest(50)
      .find((entry) => entry.number === deployed?.generation)
    return { to, commit, plan, generation }
  }

  async verb(unit: string, verb: UnitVerb, request: VerbRequest): Promise<VerbAnswer> {
    knownStatus(unit, this.#world)
    return operate(unit, verb, request, this.#world)
  }

  async why(name: string): Promise<WhyAnswer> {
    const unit = await this.unit(name)
    const generation = this.#world.generations
      .latest(1000)
      .find((entry) => entry.steps.some(({ step }) => step.unit === name))
    const rejection = this.#world.rejections.all().find((entry) => entry.unit === name)
    return why({ unit, generation, rejection, nowMs: this.#world.clock.now() })
  }

  subscribe(listener: (event: EventMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async #pass(pass: Pass): Promise<Passed> {
    const passed = await this.#source.watched(
      (tip) => reconcile(tip, pass, this.#world),
      () => runLastApplied(this.#world, pass.signal),
    )
    this.#neighbourhood.learn(passed)
    const outcome = passed.deployed?.outcome
    if (outcome !== undefined && outcome !== 'Unchanged') {
      const text = `${passed.revision.sha.slice(0, 7)} "${passed.revision.subject}": ${outcome}`
      this.#tell({ kind: 'generation', text, atMs: this.#world.clock.now() })
    }
    return passed
  }

  #request(origin: string): void {
    this.#loop.request({ origin, retries: false }).catch((error: unknown) => this.#passFailed(error))
  }

  /** A newer commit cuts a running deployment short, at once, from whatever state it has reached. */
  async #branchMoved(): Promise<void> {
    if (this.#loop.isRunning && (await this.#source.hasMoved())) this.#loop.supersede()
    this.#request('commit')
  }

  /** The source cannot be read, or state cannot be written: what runs goes on, and status says why. */
  #passFailed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    const code = error instanceof GitprocError ? error.code : 'bug'
    this.#world.log.error('pass failed, what runs goes on', { code, error: message })
    this.#tell({ kind: 'notice', text: message, atMs: this.#world.clock.now() })
  }

  #tell(event: EventMessage): void {
    for (const listener of this.#listeners) listener(event)
  }
}
