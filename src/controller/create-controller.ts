/** The controller behind its port: a loop of passes, and the answers to what people ask. */
import type {
  AtAnswer,
  EventMessage,
  HistoryAnswer,
  PlanAnswer,
  StatusAnswer,
  UnitView,
  WhyAnswer,
} from '../api/contract.ts'
import type {
  OperationAnswer,
  OperationRequest,
  RollbackAnswer,
  RollbackRequest,
  SuspendRequest,
  SyncAnswer,
  SyncRequest,
  UnitVerb,
  VerbAnswer,
  VerbRequest,
} from '../api/requests.ts'
import { GitprocError } from '../base/error.ts'
import type { DesiredState } from '../plan/desired.ts'
import type { EventQuery, EventRecord } from '../store/event-record.ts'
import { mayOvertake } from './admission.ts'
import { rollbackWords, wishesOf } from './asked-words.ts'
import { takeOver } from './boot.ts'
import type { Controller } from './controller-port.ts'
import { EventDesk } from './event-desk.ts'
import { noPermits, type Permits } from './gate.ts'
import { inForceAt } from './in-force-at.ts'
import { NeighbourhoodKeeper } from './neighbourhood.ts'
import { openWorld } from './open-world.ts'
import { cancel, confirm, resume, suspend } from './operations.ts'
import { knownStatus, operate } from './operator.ts'
import { PassLoop } from './pass-loop.ts'
import { planAnswer } from './plan-answer.ts'
import type { ControllerPorts } from './ports.ts'
import { type Pass, type Passed, reconcile, type Stage } from './reconcile.ts'
import { RemoteNews } from './remote-news.ts'
import { requestRollback, requestSync } from './requests.ts'
import { Source } from './source.ts'
import { pinnedElsewhere, type Standing } from './standing.ts'
import { type DaemonFacts, type StatusWish, statusAnswer, syncAnswer } from './status-answer.ts'
import { Timekeeper } from './timekeeper.ts'
import { unitView } from './unit-view.ts'
import { why } from './why.ts'
import { runWithoutSource } from './without-source.ts'
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
  const lastApplied = await takeOver(world)
  const controller = new GitController(world, daemon)
  controller.begin(lastApplied)
  return controller
}

class GitController implements RunningController {
  readonly #world: World
  readonly #daemon: DaemonFacts
  readonly #loop: PassLoop
  readonly #source: Source
  readonly #remoteNews: RemoteNews
  readonly #neighbourhood: NeighbourhoodKeeper
  readonly #timekeeper: Timekeeper
  #waiting: Standing['waiting']
  readonly #desk: EventDesk
  #endings: (() => void)[] = []

  constructor(world: World, daemon: DaemonFacts) {
    this.#world = world
    this.#daemon = daemon
    const { journal, notifier } = world.events
    this.#desk = new EventDesk({ journal, clock: world.clock, announce: (event) => notifier.announce(event) })
    this.#remoteNews = new RemoteNews(world)
    this.#source = new Source(world, (text) => this.#desk.notice(text))
    this.#neighbourhood = new NeighbourhoodKeeper(world)
    this.#loop = new PassLoop((pass) => this.#pass(pass))
    this.#timekeeper = new Timekeeper(world, {
      mayGoOn: (why) => this.#request(why),
      told: (text) => this.#desk.notice(text),
    })
  }

  begin(lastApplied: DesiredState | undefined): void {
    const { repository, supervisor, orders } = this.#world
    if (lastApplied) this.#neighbourhood.recall(lastApplied)
    this.#endings = [
      repository.watch(() => void this.#branchMoved()),
      supervisor.subscribe((change) => this.#desk.unitChanged(change, this.#loop.stage !== undefined)),
      orders.subscribe(() => this.#timekeeper.look()),
      this.#loop.subscribe((stage) => this.#entered(stage)),
      () => this.#timekeeper.close(),
    ]
    this.#world.events.notifier.begin((text) => this.#desk.notice(text))
    this.#desk.recall(this.#world.generations.latest(1))
    this.#desk.meet(supervisor.statuses())
    this.#timekeeper.look()
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
    return {
      source: this.#source,
      standing: { stage: this.#loop.stage, waiting: this.#waiting },
    }
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

  plan(name: string | undefined): Promise<PlanAnswer> {
    return planAnswer(name, this.#syncContext, this.#world)
  }

  async sync(request: SyncRequest): Promise<SyncAnswer> {
    const wishes = wishesOf(request)
    if (wishes !== '') this.#desk.asked(request.who, `asked for a sync${wishes}`)
    const pass = requestSync(request, this.#loop, this.#world, (permits) => this.#overtake(permits))
    // Whoever waits is told what failed; who doesn't, at least what is refused at once.
    const passed = await (request.wait ? pass : Promise.race([pass, undefined]))
    pass.catch((error: unknown) => this.#passFailed(error))
    const { head, sync } = await syncAnswer(this.#syncContext, this.#world)
    const { revision, orders, generations } = this.#world
    const made = passed?.deployed?.generation
    const [newest] = generations.latest(1)
    return {
      ...sync,
      revision,
      generation: generations.latest(50).find(({ number }) => number === made) ?? newest,
      waits: this.#waiting ?? ('sha' in head ? pinnedElsewhere(head, orders.now) : undefined),
      confirmation: orders.now.confirmation,
    }
  }

  rollback(request: RollbackRequest): Promise<RollbackAnswer> {
    if (!request.dryRun) this.#desk.asked(request.who, rollbackWords(request), { why: request.reason })
    return requestRollback(request, this.#loop, this.#world, (error) => this.#passFailed(error))
  }

  async cancel(request: OperationRequest): Promise<OperationAnswer> {
    this.#desk.asked(request.who, 'asked to cancel the deployment', { why: request.reason })
    return cancel(request, this.#loop, this.#world)
  }

  confirm(request: OperationRequest): Promise<OperationAnswer> {
    this.#desk.asked(request.who, 'confirmed the deployment')
    return confirm(request, this.#world)
  }

  suspend(request: SuspendRequest): Promise<OperationAnswer> {
    this.#desk.asked(request.who, 'suspended commits', { why: request.reason })
    return suspend(request, this.#world)
  }

  async resume(request: OperationRequest): Promise<OperationAnswer> {
    const answer = await resume(request, this.#world)
    this.#desk.asked(request.who, 'let commits be applied again')
    this.#request('resume')
    return answer
  }

  async verb(unit: string, verb: UnitVerb, request: VerbRequest): Promise<VerbAnswer> {
    knownStatus(unit, this.#world)
    this.#desk.asked(request.who, `asked to ${verb} it`, { unit, why: request.reason })
    try {
      return await operate(unit, verb, request, this.#world)
    } finally {
      this.#timekeeper.look()
    }
  }

  async why(name: string): Promise<WhyAnswer> {
    const unit = await this.unit(name)
    const generation = this.#world.generations
      .latest(1000)
      .find((entry) => entry.steps.some(({ step }) => step.unit === name))
    const rejection = this.#world.rejections.all().find((entry) => entry.unit === name)
    return why({ unit, generation, rejection, nowMs: this.#world.clock.now() })
  }

  events(query: EventQuery): readonly EventRecord[] {
    return this.#world.events.journal.read(query)
  }

  at(atMs: number): AtAnswer {
    const generations = this.#world.generations.latest(Number.MAX_SAFE_INTEGER)
    return inForceAt(atMs, generations, this.events({ limit: Number.MAX_SAFE_INTEGER, untilMs: atMs }))
  }

  subscribe(listener: (event: EventMessage) => void): () => void {
    return this.#desk.subscribe(listener)
  }

  async #pass(pass: Pass): Promise<Passed> {
    const passed = await this.#source
      .watched(
        (tip) => reconcile(tip, pass, this.#world),
        () => runWithoutSource(pass, this.#world),
      )
      .finally(() => this.#tellOutcome())
    await this.#neighbourhood.settle(passed)
    this.#noteWaiting(passed)
    return passed
  }

  #tellOutcome(): void {
    this.#desk.generations(this.#world.generations.latest(10))
    this.#desk.source(this.#source.unreadable)
  }

  #request(origin: string): void {
    const pass = this.#loop.request({ origin, permits: noPermits })
    pass.catch((error: unknown) => this.#passFailed(error))
  }

  /** Units are known by their commits as soon as they begin to move. */
  #entered(stage: Stage): void {
    if (stage.kind !== 'applying') return
    const { revision } = stage.parsed.desired
    this.#neighbourhood.learn({ parsed: stage.parsed, revision })
    if (this.#waiting?.sha === revision.sha) this.#waiting = undefined
  }

  #noteWaiting({ waiting, revision }: Passed): void {
    const before = this.#waiting
    this.#waiting = waiting && { ...waiting, sha: revision.sha }
    this.#timekeeper.awaitWindow(waiting?.kind === 'OutsideWindow' ? waiting.untilMs : undefined)
    if (waiting === undefined || (before?.sha === revision.sha && before.why === waiting.why)) return
    const text = `${revision.sha.slice(0, 7)} "${revision.subject}" waits: ${waiting.why}`
    this.#world.log.info('revision waits', { revision: revision.sha, why: waiting.why })
    this.#desk.notice(text)
  }

  /** A newer commit cuts a running deployment short, at once, from whatever state it has reached. */
  async #branchMoved(): Promise<void> {
    const news = this.#remoteNews.hear()
    this.#desk.source(this.#source.unreadable)
    if (news !== undefined) this.#desk.notice(news)
    await this.#overtake(noPermits)
    this.#request('commit')
  }

  async #overtake(permits: Permits): Promise<void> {
    if (!this.#loop.isRunning) return
    if (await this.#source.hasMoved((tip) => mayOvertake(tip, permits, this.#world)))
      this.#loop.interrupt({ kind: 'superseded' })
  }

  /** The source cannot be read, or state cannot be written: what runs goes on, and status says why. */
  #passFailed(error: unknown): void {
    if (this.#remoteNews.hasTold(error)) return
    const message = error instanceof Error ? error.message : String(error)
    const code = error instanceof GitprocError ? error.code : 'bug'
    const { log, revision } = this.#world
    // A repository that was made a moment ago is in no trouble.
    if (code === 'git/no-commit' && revision === undefined)
      log.info('waiting for the first commit', { why: message })
    else log.error('pass failed, what runs goes on', { code, error: message })
    this.#desk.notice(message)
  }
}
