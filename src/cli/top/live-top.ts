/**
 * `gitproc top` as it lives: keys, answers and time in, frames out. What a key means is in press.ts, what is shown in
 * render/top/screen.ts; here is only who asks whom, and when.
 */
import type { ReadStream, WriteStream } from 'node:tty'
import type { StatusAnswer } from '../../api/contract.ts'
import type { VerbAnswer } from '../../api/requests.ts'
import { GitprocError } from '../../base/error.ts'
import type { DaemonClient } from '../client.ts'
import { render, tableHeight } from '../render/top/screen.ts'
import { shortName } from '../render/words.ts'
import { whoAsks } from '../who.ts'
import { answered } from './answered.ts'
import { hearTerminal } from './hear-terminal.ts'
import { LogTail } from './log-tail.ts'
import { onceAWhile } from './once-a-while.ts'
import { press, type TopEffect } from './press.ts'
import { TerminalScreen } from './terminal-screen.ts'
import { selectedUnit, type TopState, type TopVerb } from './top-state.ts'

export interface LiveTopOptions {
  readonly daemon: DaemonClient
  readonly logDirectory: string
  /** Between two looks at the daemon. */
  readonly delayMs: number
  readonly input: ReadStream
  readonly output: WriteStream
}

/** Many events and lines in a moment make one frame. */
const frameMs = 50
/** What happened is asked for soon, but not once for each of a hundred events. */
const eventMs = 150
/** Until the first figures of CPU: nobody wants to wait for a whole delay. */
const firstDelayMs = 1000

/** Until somebody quits: gives the exit status. The terminal is as before then, on every way out. */
export const runLiveTop = (first: TopState, options: LiveTopOptions): Promise<number> =>
  new LiveTop(first, options).run()

class LiveTop {
  readonly #options: LiveTopOptions
  readonly #screen: TerminalScreen
  readonly #tail: LogTail
  readonly #ended = Promise.withResolvers<number>()
  readonly #listening = new AbortController()
  readonly #drawSoon = onceAWhile(frameMs, () => this.#draw())
  readonly #askSoon = onceAWhile(eventMs, () => void this.#ask())
  #state: TopState
  #isAsking = false
  #isHearing = false

  constructor(first: TopState, options: LiveTopOptions) {
    this.#state = first
    this.#options = options
    this.#screen = new TerminalScreen(options.input, options.output)
    this.#tail = new LogTail({
      directory: options.logDirectory,
      isUtc: first.look.isUtc,
      changed: () => this.#drawSoon.call(),
    })
  }

  async run(): Promise<number> {
    const stopListening = this.#hearTerminal()
    const timers = [
      setInterval(() => this.#tick(), this.#options.delayMs),
      setTimeout(() => this.#tick(), Math.min(firstDelayMs, this.#options.delayMs)),
    ]
    this.#screen.enter()
    this.#screen.listen((key) => this.#press(key))
    this.#tick()
    this.#draw()
    try {
      return await this.#ended.promise
    } finally {
      for (const timer of timers) clearTimeout(timer)
      for (const soon of [this.#drawSoon, this.#askSoon]) soon.cancel()
      stopListening()
      this.#listening.abort()
      this.#tail.close()
      this.#screen.close()
    }
  }

  /** Time goes on in what is shown even when the daemon is silent. */
  #tick(): void {
    void this.#ask()
    void this.#hear()
    this.#drawSoon.call()
  }

  #press(key: string): void {
    const { state, effect } = press(this.#state, key, tableHeight(this.#state, this.#screen.size))
    this.#state = state
    if (effect !== undefined) this.#carryOut(effect)
    this.#draw()
  }

  #carryOut(effect: TopEffect): void {
    switch (effect.kind) {
      case 'quit':
        this.#ended.resolve(0)
        break
      case 'suspend':
        this.#suspend()
        break
      case 'redraw':
        this.#screen.forget()
        break
      case 'verb':
        void this.#command(effect.verb, effect.unit)
    }
  }

  #draw(): void {
    this.#tail.follow(this.#state.pane === 'none' ? undefined : selectedUnit(this.#state)?.name)
    this.#state = { ...this.#state, log: this.#tail.lines, nowMs: Date.now() }
    this.#screen.draw(render(this.#state, this.#screen.size))
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    try {
      const status = await this.#options.daemon.get<StatusAnswer>('/v1/status')
      this.#state = answered(this.#state, status, Date.now())
    } catch (error) {
      this.#state = { ...this.#state, problem: this.#sentence(error) }
    } finally {
      this.#isAsking = false
      this.#drawSoon.call()
    }
  }

  /** A daemon that ended is listened to again when it is back. */
  async #hear(): Promise<void> {
    if (this.#isHearing) return
    this.#isHearing = true
    try {
      for await (const _ of this.#options.daemon.events(this.#listening.signal)) this.#askSoon.call()
    } catch (error) {
      this.#sentence(error)
    } finally {
      this.#isHearing = false
    }
  }

  async #command(verb: TopVerb, unit: string): Promise<void> {
    try {
      const path = `/v1/units/${encodeURIComponent(unit)}/${verb}`
      await this.#options.daemon.post<VerbAnswer>(path, { who: whoAsks(), wait: false })
      this.#say(`${shortName(unit)}: ${verb} requested`, false)
      this.#askSoon.call()
    } catch (error) {
      this.#say(this.#sentence(error), true)
    }
  }

  #say(text: string, isBad: boolean): void {
    this.#state = { ...this.#state, message: { text, isBad } }
    this.#drawSoon.call()
  }

  /** Anything but a failure that can be told is a bug, and ends the command as one. */
  #sentence(error: unknown): string {
    if (error instanceof GitprocError) return error.message
    this.#ended.reject(error)
    return ''
  }

  #suspend(): void {
    this.#screen.leave()
    // The whole group, as the terminal itself would do it.
    process.kill(0, 'SIGSTOP')
  }

  #hearTerminal(): () => void {
    const { input, output } = this.#options
    return hearTerminal(input, output, {
      ended: (status) => this.#ended.resolve(status),
      suspended: () => this.#suspend(),
      resumed: () => this.#resume(),
      resized: () => {
        this.#screen.forget()
        this.#draw()
      },
    })
  }

  /** The shell has had the terminal meanwhile, and has set it as it likes it. */
  #resume(): void {
    this.#screen.leave()
    this.#screen.enter()
    this.#draw()
  }
}
