/**
 * Output of units handed on as it comes, where a daemon would keep it in files: for a unit that is run in the foreground.
 * Each stream is a FIFO, which services of all users may write to and nobody else can reach.
 */
import { execFile } from 'node:child_process'
import { constants, mkdirSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { promisify } from 'node:util'
import type { LogCapture, LogTargets } from './log-port.ts'

const run = promisify(execFile)

export interface PassThroughOptions {
  /** Made, and closed to others. */
  readonly directory: string
  readonly stdout: Writable
  readonly stderr: Writable
}

export const createPassThrough = (options: PassThroughOptions): LogCapture => new PassThrough(options)

class PassThrough implements LogCapture {
  readonly #options: PassThroughOptions
  readonly #pipes: Pipe[] = []
  #targets: Promise<LogTargets> | undefined

  constructor(options: PassThroughOptions) {
    this.#options = options
  }

  open(): Promise<LogTargets> {
    this.#targets ??= this.#makePipes()
    return this.#targets
  }

  /** There is no index, and whoever looks on sees what happens. */
  mark(): void {}
  note(): void {}
  release(): void {}

  /** Whatever was written before this call has been handed on when it resolves. */
  async close(): Promise<void> {
    await Promise.all(this.#pipes.map((pipe) => pipe.close()))
  }

  async #makePipes(): Promise<LogTargets> {
    const { directory, stdout: out, stderr: err } = this.#options
    const [stdout, stderr] = [join(directory, 'out'), join(directory, 'err')]
    mkdirSync(directory, { mode: 0o700 })
    // A service that left root behind opens its own /dev/stdout anew: others may write, the directory keeps strangers out.
    await run('mkfifo', ['-m', '622', stdout, stderr])
    this.#pipes.push(new Pipe(stdout, out), new Pipe(stderr, err))
    return { stdout, stderr }
  }
}

interface Closing {
  readonly mark: Buffer
  readonly done: () => void
}

/** Reads one FIFO to its end mark: it has no end by itself, as long as anybody may still write. */
class Pipe {
  readonly #socket: Socket
  readonly #sink: Writable
  #closing: Closing | undefined
  #rest = Buffer.alloc(0)

  constructor(path: string, sink: Writable) {
    this.#sink = sink
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
    this.#socket = new Socket({ fd, readable: true, writable: true })
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk))
  }

  close(): Promise<void> {
    return new Promise((done) => {
      // Shorter than PIPE_BUF, so it arrives in one piece, behind all that was written before.
      const mark = Buffer.from(`\0end of ${crypto.randomUUID()}\0`)
      this.#closing = { mark, done }
      this.#socket.write(mark)
    })
  }

  #take(chunk: Buffer): void {
    if (this.#closing === undefined) this.#handOn(chunk)
    else this.#takeLast(chunk, this.#closing)
  }

  #takeLast(chunk: Buffer, { mark, done }: Closing): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    const end = this.#rest.indexOf(mark)
    if (end === -1) return
    this.#handOn(this.#rest.subarray(0, end))
    this.#socket.destroy()
    done()
  }

  #handOn(bytes: Buffer): void {
    // A reader that has left is no reason to hold up the unit.
    if (bytes.length === 0 || !this.#sink.writable || this.#sink.write(bytes)) return
    this.#socket.pause()
    for (const event of ['drain', 'close']) this.#sink.once(event, () => this.#socket.resume())
  }
}
