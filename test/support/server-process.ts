/** A server of somebody else's as a child: started, listened to, ended by its pid. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export class ServerProcess {
  readonly #child: ChildProcess
  #output = ''

  constructor(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.#child = spawn(file, [...args], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString()
      })
    this.#child.on('error', (error) => {
      this.#output += error.message
    })
  }

  get output(): string {
    return this.#output
  }

  /** Ends it with all that it started. */
  async end(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#child
    if (pid === undefined || exitCode !== null || signalCode !== null) return
    const gone = once(this.#child, 'exit')
    process.kill(-pid, 'SIGTERM')
    await gone
  }
}
