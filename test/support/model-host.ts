/** A host in memory: carries out the effects of the table on processes that obey, ignore or survive signals. */
import type { Exit, ExitRecord } from '../../src/base/exit.ts'
import type { ServiceEffect } from '../../src/lifecycle/effects.ts'
import type { ServiceEvent } from '../../src/lifecycle/events.ts'
import { next } from '../../src/lifecycle/service.ts'
import type { ServicePolicy } from '../../src/lifecycle/service-policy.ts'
import { initialServiceState, type ServiceState } from '../../src/lifecycle/service-state.ts'
import { armedTimer } from '../../src/lifecycle/timers.ts'

type Launch = Extract<ServiceEffect, { kind: 'launch' }>
type Signal = Extract<ServiceEffect, { kind: 'signal' }>

export interface ModelProcess {
  readonly pid: number
  /** Undefined: a helper that a main process left behind. */
  readonly role: string | undefined
  readonly as: 'main' | 'control' | 'helper'
  readonly ignores: readonly string[]
}

export class ModelHost {
  state: ServiceState
  now = 1_000_000
  policy: ServicePolicy
  processes: ModelProcess[] = []
  /** Every state that was gone through, in order. */
  readonly path: string[] = ['dead']
  readonly effects: ServiceEffect[] = []
  /** What is held ends by no signal but SIGKILL. */
  isFrozen = false
  /** Signals as sent, `SIGTERM→all`. */
  readonly signals: string[] = []
  /** Signals that the next processes ignore. */
  ignores: readonly string[] = []
  /** Launches are carried out only when `launchPending` is called. */
  isLazy = false
  readonly pending: Launch[] = []
  /** Called with the host after each transition. */
  watch: (host: ModelHost) => void = () => {}
  #nextPid = 100
  #invocations = 0
  readonly #answers: ServiceEvent[] = []

  constructor(policy: ServicePolicy) {
    this.policy = policy
    this.state = initialServiceState(this.now)
  }

  start(kind: 'operator' | 'timer' = 'operator'): this {
    const cause = { kind, text: 'started by root' }
    return this.feed({ kind: 'start', cause, revision: 'aaaa', invocationId: this.newInvocation() })
  }

  restart(): this {
    const cause = { kind: 'operator', text: 'restarted by root' } as const
    return this.feed({ kind: 'restart', cause, revision: 'aaaa', invocationId: this.newInvocation() })
  }

  stop(): this {
    return this.feed({ kind: 'stop', cause: { kind: 'operator', text: 'stopped by root' } })
  }

  reload(): this {
    return this.feed({ kind: 'reload', cause: { kind: 'operator', text: 'reloaded by root' } })
  }

  feed(event: ServiceEvent): this {
    this.#apply(event)
    for (let answer = this.#answers.shift(); answer !== undefined; answer = this.#answers.shift())
      this.#apply(answer)
    return this
  }

  /** Lets time pass; the armed timer fires when it is due. */
  advance(ms: number): this {
    const end = this.now + ms
    for (;;) {
      const timer = armedTimer(this.state)
      if (timer === undefined || timer.atMs > end) break
      this.now = Math.max(this.now, timer.atMs)
      if (timer.event === 'timed-out')
        this.feed({ kind: 'timed-out', invocationId: this.newInvocation(), revision: 'aaaa' })
      else this.feed({ kind: timer.event })
    }
    this.now = end
    return this
  }

  exit(code: number): this {
    return this.end('main', { kind: 'exited', code })
  }

  exitControl(code: number): this {
    return this.end('control', { kind: 'exited', code })
  }

  killedBy(signal: string, dumpedCore = false): this {
    return this.end('main', { kind: 'killed', signal, dumpedCore })
  }

  /** The main (or control) process ends; with the last one, the unit is empty. */
  end(as: 'main' | 'control', exit: Exit, more: Partial<ExitRecord> = {}): this {
    const process = this.processes.find((candidate) => candidate.as === as)
    if (process === undefined) throw new Error(`there is no ${as} process`)
    this.#remove(process, { exit, atMs: this.now, ...more })
    return this.feed(this.#answers.shift()!)
  }

  /** The main process leaves a child behind. */
  fork(ignores: readonly string[] = []): this {
    this.processes.push({ pid: this.#nextPid++, role: undefined, as: 'helper', ignores })
    return this
  }

  launchPending(): this {
    for (const launch of this.pending.splice(0)) this.#launch(launch)
    const first = this.#answers.shift()
    return first === undefined ? this : this.feed(first)
  }

  newInvocation(): string {
    return `invocation-${this.#invocations++}`
  }

  #apply(event: ServiceEvent): void {
    const { state, effects } = next(this.state, event, this.policy, this.now)
    if (state.state !== this.state.state) this.path.push(state.state)
    this.state = state
    for (const effect of effects) this.#carryOut(effect)
    this.watch(this)
  }

  #carryOut(effect: ServiceEffect): void {
    this.effects.push(effect)
    if (effect.kind === 'launch') this.pending.push(effect)
    if (effect.kind === 'launch' && !this.isLazy)
      for (const launch of this.pending.splice(0)) this.#launch(launch)
    if (effect.kind === 'freeze' || effect.kind === 'thaw') this.isFrozen = effect.kind === 'freeze'
    if (effect.kind === 'signal') this.#signal(effect)
  }

  #launch({ as, role }: Launch): void {
    const process = { pid: this.#nextPid++, role, as, ignores: this.ignores }
    this.processes.push(process)
    const id = { pid: process.pid, startTicks: process.pid }
    this.#answers.push(
      as === 'main' ? { kind: 'main-spawned', process: id } : { kind: 'control-spawned', process: id },
    )
  }

  #signal({ signals, target }: Signal): void {
    const targets = {
      main: ['main'],
      control: ['control'],
      'main-and-control': ['main', 'control'],
      all: undefined,
    }
    for (const signal of signals) {
      this.signals.push(`${signal}→${target}`)
      for (const process of [...this.processes]) {
        if (targets[target]?.includes(process.as) === false || signal === 'SIGCONT') continue
        if (process.ignores.includes(signal) || (this.isFrozen && signal !== 'SIGKILL')) continue
        this.#remove(process, { exit: { kind: 'killed', signal, dumpedCore: false }, atMs: this.now })
      }
    }
    if (target === 'all' && this.processes.length === 0) this.#answers.push({ kind: 'empty' })
  }

  #remove(process: ModelProcess, record: ExitRecord): void {
    this.processes = this.processes.filter((candidate) => candidate !== process)
    // The cgroup is seen empty before the shim has written how the process ended.
    if (this.processes.length === 0) this.#answers.push({ kind: 'empty' })
    if (process.as === 'main') this.#answers.push({ kind: 'main-exited', record })
    if (process.as === 'control') this.#answers.push({ kind: 'control-exited', record })
  }
}
