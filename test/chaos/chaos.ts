/** The daemon is killed at random moments under load; afterwards gitproc's books are held against those of the services. */
import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { UnitView } from '../../src/api/contract.ts'
import { Sandbox } from '../support/sandbox.ts'
import { KillableDaemon } from './killable-daemon.ts'
import {
  Books,
  changing,
  changingLoad,
  crashers,
  everyService,
  type Files,
  failing,
  forkers,
  notifierProgram,
  steady,
  steadyLoad,
  writers,
} from './load.ts'

export interface Figures {
  readonly kills: number
  readonly commits: number
  readonly rollbacks: number
  readonly starts: number
  readonly lines: number
  readonly exits: number
  readonly unknownExits: number
  readonly seconds: number
  readonly faults: readonly string[]
}

export interface ChaosOptions {
  readonly kills: number
  readonly tell?: (line: string) => void
  /** Ends it before all kills are made; what was found until then counts. */
  readonly signal?: AbortSignal
}

export async function runChaos({ kills, tell = () => {}, signal }: ChaosOptions): Promise<Figures> {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no', SETTLE: '100ms', DEADLINE: '20s' } })
  const run = new ChaosRun(sandbox, tell)
  try {
    return await run.run(kills, signal)
  } finally {
    await run.end()
  }
}

class ChaosRun {
  readonly #sandbox: Sandbox
  readonly #books: Books
  readonly #daemon: KillableDaemon
  readonly #tell: (line: string) => void
  readonly #faults: string[] = []
  #version = 1
  #commits = 0
  #rollbacks = 0

  constructor(sandbox: Sandbox, tell: (line: string) => void) {
    this.#sandbox = sandbox
    this.#books = new Books(sandbox.prefix)
    this.#daemon = new KillableDaemon(sandbox)
    this.#tell = tell
  }

  async run(wanted: number, signal: AbortSignal | undefined): Promise<Figures> {
    const startedMs = performance.now()
    await this.#begin()
    const survivors = await this.#pids([...steady, ...writers, ...forkers])
    let kills = 0
    while (kills < wanted && !signal?.aborted) {
      await this.#round()
      kills += 1
      if (kills % 50 === 0) this.#tell(`${kills} kills, ${this.#faults.length} faults`)
      if (this.#faults.length > 20) break
    }
    await this.#rest()
    this.#comparePids(survivors, await this.#pids([...steady, ...writers, ...forkers]))
    this.#checkStarts()
    const lines = this.#checkLines()
    const exits = this.#checkExits()
    return {
      kills,
      commits: this.#commits,
      rollbacks: this.#rollbacks,
      starts: everyService.reduce((sum, name) => sum + this.#books.lines(name, 'starts').length, 0),
      lines,
      ...exits,
      seconds: Math.round((performance.now() - startedMs) / 1000),
      faults: this.#faults,
    }
  }

  async end(): Promise<void> {
    await this.#daemon.kill()
    await this.#sandbox.start()
    await this.#sandbox.end()
  }

  async #begin(): Promise<void> {
    writeFileSync(this.#books.path('notifier', 'pl'), notifierProgram)
    await this.#sandbox.init({ ...steadyLoad(this.#books), ...changingLoad(this.#books, this.#version) })
    this.#daemon.begin()
    await this.#daemon.ready()
    const status = await this.#sandbox.synced()
    if (status.sync !== 'Synced' || status.health === 'Degraded')
      throw new Error(`the load does not come up: ${JSON.stringify(status, null, 1)}`)
  }

  /** From the beginning of one daemon to its end; sometimes before it has come up. */
  async #round(): Promise<void> {
    const isEarly = Math.random() < 0.25
    // The moments are to be random; nothing is waited for.
    if (isEarly) await delay(Math.random() * 400)
    else {
      await this.#readyOrFault()
      if (Math.random() < 0.4) await this.#disturb()
      await delay(Math.random() * 150)
    }
    if (!(await this.#daemon.kill()) && this.#daemon.hasFailed)
      this.#faults.push(`a daemon ended by itself:\n${this.#daemon.output}`)
    this.#daemon.begin()
  }

  async #readyOrFault(): Promise<void> {
    try {
      await this.#daemon.ready()
    } catch (error) {
      this.#faults.push((error as Error).message)
    }
  }

  /** What people do meanwhile. */
  async #disturb(): Promise<void> {
    const chance = Math.random()
    if (chance < 0.15) {
      this.#commits += 1
      await this.#commit(failing, 'does not work')
    } else if (chance < 0.7) {
      this.#commits += 1
      this.#version += 1
      await this.#commit(changingLoad(this.#books, this.#version), `version ${this.#version}`)
    } else if (chance < 0.85) {
      this.#rollbacks += 1
      // Its daemon may be killed under it: then it says so, and a later one carries on with the commit.
      void this.#sandbox.gitproc('rollback', '--yes').catch(() => {})
    } else void this.#sandbox.gitproc('restart', changing[Math.floor(Math.random() * 3)]!).catch(() => {})
  }

  /** As people do: once more where a rollback is at work in the work tree this very moment. */
  async #commit(files: Files, message: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#sandbox.commit(files, message)
        return
      } catch (error) {
        if (attempt === 5) throw error
        await delay(200)
      }
    }
  }

  /** A last commit that is good, and the time to apply it. */
  async #rest(): Promise<void> {
    await this.#readyOrFault()
    this.#version += 1
    await this.#sandbox.git('checkout', '-q', '-f', 'HEAD')
    await this.#commit(changingLoad(this.#books, this.#version), 'last')
    const status = await this.#sandbox.until(
      ({ sync, units }) =>
        sync === 'Synced' &&
        changing.every(
          (name) => units.find((unit) => unit.name === `${name}.service`)?.subState === 'running',
        ),
    )
    if (status.units.length !== everyService.length)
      this.#faults.push(`${status.units.length} units instead of ${everyService.length}`)
  }

  async #pids(names: readonly string[]): Promise<ReadonlyMap<string, number | undefined>> {
    const units = await Promise.all(
      names.map((name): Promise<UnitView> => this.#sandbox.unit(`${name}.service`)),
    )
    return new Map(units.map(({ name, mainPid }) => [name, mainPid]))
  }

  #comparePids(
    before: ReadonlyMap<string, number | undefined>,
    after: ReadonlyMap<string, number | undefined>,
  ): void {
    for (const [name, pid] of before)
      if (pid === undefined || pid !== after.get(name))
        this.#faults.push(`${name} had pid ${pid} and has ${after.get(name)}`)
  }

  /** Nothing runs beside itself, no run begins twice, and what nobody asked to end was started once. */
  #checkStarts(): void {
    for (const name of everyService) {
      const starts = this.#books.lines(name, 'starts').map((line) => line.split(' ')[0])
      const again = starts.filter((id, index) => starts.indexOf(id) !== index)
      if (again.length > 0) this.#faults.push(`${name}: runs begun twice: ${again}`)
      for (const pid of this.#books.lines(name, 'twice'))
        this.#faults.push(`${name}: ${pid} ran beside another of the same service`)
    }
    for (const name of [...steady, ...writers, ...forkers])
      if (this.#books.lines(name, 'starts').length !== 1)
        this.#faults.push(`${name} was started ${this.#books.lines(name, 'starts').length} times`)
  }

  /** Of each run of each writer, the lines 1, 2, 3 … without a gap. */
  #checkLines(): number {
    let count = 0
    for (const name of [...writers, 'stubborn', 'plain']) {
      const last = new Map<string, number>()
      for (const line of this.#sandbox.readLog(`${name}.service`).split('\n')) {
        if (line === '') continue
        const [, run = '', number] = line.split(' ')
        const expected = (last.get(run) ?? 0) + 1
        // The last word of a run that was killed may be torn by the signal itself: only its writer could tell.
        if (Number(number) !== expected) this.#faults.push(`${name}: "${line}" where ${expected} was to come`)
        last.set(run, Number(number))
        count += 1
      }
    }
    return count
  }

  /** Each run that ended: once told to ExecStopPost=, and as the service itself had written down before. */
  #checkExits(): { readonly exits: number; readonly unknownExits: number } {
    let [exits, unknownExits] = [0, 0]
    for (const name of crashers) {
      const truth = this.#books.pairs(name, 'exits')
      const told = this.#books.lines(name, 'posts').map((line) => line.split(' '))
      const seen = new Set<string>()
      for (const [id = '', result = '', code = '', status = ''] of told) {
        exits += 1
        if (seen.has(id)) this.#faults.push(`${name}: the end of ${id} was handled twice`)
        seen.add(id)
        if (result === 'unknown') unknownExits += 1
        if (status !== truth.get(id) || code !== (status === 'KILL' ? 'killed' : 'exited'))
          this.#faults.push(`${name} ${id}: said ${result} ${code} ${status}, was ${truth.get(id)}`)
      }
      const untold = [...truth.keys()].filter((id) => !seen.has(id))
      // The newest one may be ending at this very moment.
      if (untold.length > 1) this.#faults.push(`${name}: ends that nobody was told of: ${untold}`)
    }
    return { exits, unknownExits }
  }
}
