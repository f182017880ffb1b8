/** One random schedule, wholly given by its seed: things happen to a simulated host, then it is left alone and looked at. */
import type { Exit } from '../../src/base/exit.ts'
import { Random } from './random.ts'
import { BrokenLaw, Simulation } from './simulation.ts'

export interface Verdict {
  readonly seed: number
  /** Undefined: every law held. */
  readonly broken: string | undefined
  readonly trace: readonly string[]
}

type Happening = (simulation: Simulation, random: Random) => Promise<void>

const happenings = {
  moment: (simulation, random) => simulation.advance(random.below(12)),
  while: (simulation, random) => simulation.advance(random.below(900)),
  longWhile: (simulation, random) => simulation.advance(random.below(20_000)),
  commit: async (simulation) => {
    simulation.folder = simulation.fleet.change(simulation.folder)
    simulation.tell(`commit ${JSON.stringify(Object.keys(simulation.folder))}`)
    simulation.repository.commit(simulation.folder)
  },
  crash: async ({ kernel }, random) => {
    if (kernel.living.length === 0) return
    const exits: readonly Exit[] = [
      { kind: 'killed', signal: 'SIGKILL', dumpedCore: false },
      { kind: 'killed', signal: 'SIGSEGV', dumpedCore: true },
      { kind: 'killed', signal: 'SIGTERM', dumpedCore: false },
      { kind: 'exited', code: 0 },
      { kind: 'exited', code: random.between(1, 255) },
    ]
    kernel.end(random.pick(kernel.living), random.pick(exits))
  },
  daemonDies: async (simulation) => simulation.daemon?.life.end(),
  daemonWillDie: async (simulation, random) => simulation.daemon?.life.dieAtDeed(random.between(1, 12)),
  daemonWillDieActivating: async ({ daemon }, random) => {
    const deeds = ['state of tick.timer', 'state of door.socket', 'opening /sim/door', 'confirming sockets']
    daemon?.life.dieAt(random.pick([...deeds, 'launch of tick.service main', 'launch of door.service main']))
  },
  daemonComes: async (simulation) => {
    if (simulation.daemon === undefined) simulation.boot()
  },
  verb: async (simulation, random) => {
    const controller = simulation.daemon?.controller
    const unit = simulation.daemon?.supervisor.statuses().map(({ name }) => name)
    if (controller === undefined || unit === undefined || unit.length === 0) return
    const verb = random.choose({ start: 3, stop: 3, restart: 2, reload: 1, kill: 1, freeze: 0.3, thaw: 0.5 })
    const name = random.pick(unit)
    simulation.tell(`${verb} ${name}`)
    const request = { who: 'root', wait: false, signal: random.pick(['SIGTERM', 'SIGKILL', 'SIGHUP']) }
    controller.verb(name, verb, request).catch((error: Error) => simulation.tell(`${verb}: ${error.message}`))
  },
  sync: async ({ daemon }, random) => {
    daemon?.controller?.sync({ who: 'root', retry: random.chance(0.5) }).catch(() => {})
  },
  rollback: async ({ daemon, ...simulation }) => {
    daemon?.controller
      ?.rollback({ who: 'root' })
      .catch((error: Error) => simulation.trace.push(error.message))
  },
  client: async ({ sockets, ...simulation }) => {
    simulation.trace.push(`a client comes, and is ${sockets.come() ? 'waiting' : 'refused'}`)
  },
  sicken: async ({ sick }, random) => void sick.add(random.between(1, 5)),
  heal: async ({ sick }) => sick.clear(),
} as const satisfies Record<string, Happening>

const weights: Readonly<Record<keyof typeof happenings, number>> = {
  moment: 8,
  while: 8,
  longWhile: 2,
  commit: 8,
  crash: 5,
  daemonDies: 2,
  daemonWillDie: 3,
  daemonWillDieActivating: 2,
  daemonComes: 6,
  verb: 5,
  sync: 0.5,
  rollback: 0.5,
  client: 3,
  sicken: 0.5,
  heal: 1,
}

/** Longer than any deployment with its rollback, and than every time-out on the way. */
const quietMs = 150_000

export async function runSchedule(seed: number): Promise<Verdict> {
  const random = new Random(seed)
  const simulation = new Simulation(random)
  const { trace } = simulation
  try {
    simulation.boot()
    for (let steps = random.between(8, 24); steps > 0; steps -= 1)
      await happenings[random.choose(weights)](simulation, random)
    await calm(simulation)
    return { seed, broken: await simulation.atRest(), trace }
  } catch (error) {
    if (!(error instanceof BrokenLaw)) throw error
    return { seed, broken: error.message, trace }
  }
}

async function calm(simulation: Simulation): Promise<void> {
  simulation.tell('quiet')
  simulation.isCalm = true
  simulation.sick.clear()
  simulation.daemon?.life.end()
  await simulation.advance(0)
  simulation.boot()
  await simulation.advance(quietMs)
}
