/** A terminal of its own for one test: a tmux server with one pane. Looks at the pane after each of its outputs. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const patienceMs = 30_000

export const hasTmux = spawnSync('tmux', ['-V']).error === undefined

export interface TmuxOptions {
  /** Where the socket of the test's own tmux server lies. */
  readonly directory: string
  readonly env: NodeJS.ProcessEnv
  readonly columns: number
  readonly rows: number
}

export class Tmux {
  readonly #socket: string
  readonly #env: NodeJS.ProcessEnv
  readonly #watcher: ChildProcess
  readonly #outputs: Set<() => void> = new Set()

  /** Runs a shell command in the pane. */
  constructor(command: string, { directory, env, columns, rows }: TmuxOptions) {
    // A server that is ending must not be met by the next one.
    this.#socket = join(directory, `tmux-${randomBytes(4).toString('hex')}`)
    this.#env = { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8' }
    const size = ['-x', String(columns), '-y', String(rows)]
    this.#run('-f', '/dev/null', 'new-session', '-d', ...size, command)
    this.#run('set-option', '-g', 'window-size', 'manual')
    this.#watcher = spawn('tmux', ['-S', this.#socket, '-C', 'attach'], {
      env: this.#env,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    createInterface({ input: this.#watcher.stdout! }).on('line', () => {
      for (const heard of this.#outputs) heard()
    })
  }

  /** Names of keys as tmux knows them (`Down`, `C-c`), or letters. */
  press(...keys: readonly string[]): void {
    this.#run('send-keys', ...keys)
  }

  resize(columns: number, rows: number): void {
    this.#run('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** What the pane shows; `isPainted`: with its colours. */
  screen(isPainted = false): string {
    return this.#run('capture-pane', '-p', ...(isPainted ? ['-e'] : []))
  }

  /** What tmux knows of the pane, such as `alternate_on`. */
  ask(variable: string): string {
    return this.#run('display-message', '-p', `#{${variable}}`).trim()
  }

  /** The screen, once it shows this. */
  async shows(pattern: RegExp): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const look = (): void => {
      const shown = this.screen()
      if (pattern.test(shown)) resolve(shown)
    }
    const timer = setTimeout(() => reject(new Error(`never seen: ${pattern}\n${this.screen()}`)), patienceMs)
    this.#outputs.add(look)
    try {
      look()
      return await promise
    } finally {
      this.#outputs.delete(look)
      clearTimeout(timer)
    }
  }

  end(): void {
    this.#run('kill-server')
    this.#watcher.kill()
  }

  #run(...args: readonly string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, ...args], { env: this.#env, encoding: 'utf8' })
  }
}
