/** A daemon in a sandbox that is killed at any moment, also while it comes up; one that hangs there is a fault, with its whereabouts. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Sandbox } from '../support/sandbox.ts'

const root = join(import.meta.dirname, '..', '..')
const entryPoint = join(root, process.env['GITPROC_ENTRY'] ?? join('src', 'cli', 'main.ts'))
/** Many times what a start takes on a busy machine. */
const patienceMs = 60_000

export class KillableDaemon {
  readonly #sandbox: Sandbox
  #child: ChildProcess | undefined
  #output = ''
  #isReady = false
  #tell: () => void = () => {}

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox
  }

  get output(): string {
    return this.#output
  }

  /** Begins to come up. */
  begin(): void {
    this.#output = ''
    this.#isReady = false
    const child = spawn(process.execPath, ['--max-semi-space-size=1', entryPoint, 'daemon'], {
      env: this.#sandbox.env,
      cwd: this.#sandbox.prefix,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    const hear = (chunk: Buffer): void => {
      this.#output += chunk.toString()
      if (this.#output.includes('daemon is ready')) this.#isReady = true
      this.#tell()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('exit', () => this.#tell())
  }

  /** Resolves when it answers; throws where it ends or hangs instead. */
  async ready(): Promise<void> {
    const deadline = performance.now() + patienceMs
    while (!this.#isReady) {
      const child = this.#child
      if (child === undefined || child.exitCode !== null || child.signalCode !== null)
        throw new Error(
          `the daemon ended by itself (${child?.exitCode ?? child?.signalCode}):\n${this.#output}`,
        )
      if (performance.now() > deadline)
        throw new Error(`the daemon hangs at its start:\n${this.#output}\n${whereabouts(child.pid!)}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000)
        this.#tell = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** True where it was alive until then. */
  async kill(): Promise<boolean> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return false
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
    return true
  }

  /** What it said at its end, where it ended by itself. */
  get hasFailed(): boolean {
    const child = this.#child
    return child !== undefined && child.exitCode !== null && child.exitCode !== 0
  }
}

/** Where each thread of a process waits, and what it has open. */
function whereabouts(pid: number): string {
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8').trim()
    } catch {
      return '?'
    }
  }
  const tasks = readdirSync(`/proc/${pid}/task`).map(
    (task) => `${task} ${read(`/proc/${pid}/task/${task}/wchan`)} ${read(`/proc/${pid}/task/${task}/stack`)}`,
  )
  const files = readdirSync(`/proc/${pid}/fd`).map((fd) => `${fd} → ${readlinkSync(`/proc/${pid}/fd/${fd}`)}`)
  const children = read(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .map((child) => `${child} ${read(`/proc/${child}/cmdline`).replaceAll('\0', ' ')}`)
  return [...tasks, ...files, ...children].join('\n')
}
