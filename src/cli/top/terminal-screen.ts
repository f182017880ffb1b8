/** The whole terminal, borrowed: alternate screen and raw keys; given back as it was on every way out. */
import { emitKeypressEvents, type Key } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'
import type { Size } from '../render/top/screen.ts'
import { keyName } from './keys.ts'

/** Alternate screen, no cursor, no wrapping: a letter that is wider than counted can't push a line down. */
const enterCodes = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J'
const leaveCodes = '\x1b[?7h\x1b[?25h\x1b[?1049l'
/** A frame is shown at once, where the terminal knows that; others ignore it. */
const [beginFrame, endFrame] = ['\x1b[?2026h', '\x1b[?2026l']

export class TerminalScreen {
  readonly #input: ReadStream
  readonly #output: WriteStream
  #isEntered = false
  #shown: readonly string[] = []
  readonly #leave = (): void => this.leave()

  constructor(input: ReadStream, output: WriteStream) {
    this.#input = input
    this.#output = output
  }

  get size(): Size {
    return { columns: this.#output.columns, rows: this.#output.rows }
  }

  enter(): void {
    if (this.#isEntered) return
    this.#isEntered = true
    this.#shown = []
    this.#input.setRawMode(true)
    this.#output.write(enterCodes)
    // The ways out that run no code of ours: an exception nobody caught, and process.exit.
    process.on('uncaughtExceptionMonitor', this.#leave)
    process.on('exit', this.#leave)
  }

  leave(): void {
    if (!this.#isEntered) return
    this.#isEntered = false
    process.off('uncaughtExceptionMonitor', this.#leave)
    process.off('exit', this.#leave)
    try {
      this.#output.write(leaveCodes)
      this.#input.setRawMode(false)
    } catch {
      // The terminal itself is gone: nothing is left to be given back.
    }
  }

  /** Calls with the name of each key (keys.ts) until `close`. */
  listen(pressed: (key: string) => void): void {
    emitKeypressEvents(this.#input)
    this.#input.on('keypress', (text: string | undefined, key: Key) => pressed(keyName(text, key)))
    this.#input.resume()
  }

  close(): void {
    this.leave()
    this.#input.removeAllListeners('keypress')
    this.#input.pause()
  }

  /** Writes the lines that differ from what is shown. */
  draw(frame: string): void {
    if (!this.#isEntered) return
    const lines = frame.split('\n')
    const codes = lines.flatMap((line, index) =>
      line === this.#shown[index] ? [] : [`\x1b[${index + 1};1H\x1b[2K${line}`],
    )
    this.#shown = lines
    if (codes.length > 0) this.#output.write(`${beginFrame}${codes.join('')}${endFrame}`)
  }

  /** What is shown can't be relied upon: a resize, or somebody else wrote. */
  forget(): void {
    this.#shown = []
    if (this.#isEntered) this.#output.write('\x1b[2J')
  }
}
