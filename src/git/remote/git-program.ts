/** Runs the system's git for the protocols that it speaks for us: nobody is asked, nothing of the user's settings applies. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Limits } from './transport.ts'

export interface GitRun {
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

export interface GitRan {
  readonly stdout: string
  readonly stderr: string
  /** Undefined where a signal ended it. */
  readonly status: number | undefined
  readonly wasAborted: boolean
}

const maxOutputBytes = 4 * 1024 * 1024
const maxErrorBytes = 64 * 1024
const blockBytes = 512
/** As timeout(1) says that time was up. */
export const timedOutStatus = 124

/** Never fails: how it ended is the answer. */
export const runGit = (run: GitRun, limits: Limits, signal: AbortSignal): Promise<GitRan> =>
  new Promise((resolve) => {
    const script = fileURLToPath(new URL('./git.sh', import.meta.url))
    const bounds = [Math.ceil(limits.timeoutMs / 1000), Math.ceil(limits.maxBytes / blockBytes)].map(String)
    const child = spawn('/bin/sh', [script, ...bounds, ...run.arguments], {
      env: { ...baseEnvironment(), ...run.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stdout = new BoundedText(maxOutputBytes)
    const stderr = new BoundedText(maxErrorBytes)
    child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk))
    // timeout(1) passes it on to all of git's processes, and kills those that stay.
    const abort = (): void => void child.kill('SIGTERM')
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
    const end = (status: number | undefined, why = ''): void => {
      signal.removeEventListener('abort', abort)
      resolve({ stdout: stdout.text, stderr: stderr.text + why, status, wasAborted: signal.aborted })
    }
    child.on('error', (error) => end(undefined, error.message))
    child.on('close', (code) => end(code ?? undefined))
  })

class BoundedText {
  readonly #maxBytes: number
  readonly #chunks: Buffer[] = []
  #length = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }

  /** What is beyond the limit is read and forgotten, so that nobody blocks. */
  add(chunk: Buffer): void {
    const kept = chunk.subarray(0, Math.max(0, this.#maxBytes - this.#length))
    this.#chunks.push(kept)
    this.#length += kept.length
  }
}

const passedOn = ['PATH', 'HOME', 'SSH_AUTH_SOCK', 'TMPDIR']

const baseEnvironment = (): Record<string, string> => ({
  ...Object.fromEntries(passedOn.flatMap((name) => withValue(name, process.env[name]))),
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ALLOW_PROTOCOL: 'ssh:git:file',
  GIT_SSH_VARIANT: 'ssh',
})

const withValue = (name: string, value: string | undefined): [string, string][] =>
  value === undefined ? [] : [[name, value]]
