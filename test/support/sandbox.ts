/**
 * A gitproc of its own under a temporary prefix: real git, real daemon, real processes. Waits on the daemon's events,
 * never on the clock; ends everything it started, by pid.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { StatusAnswer, UnitView } from '../../src/api/contract.ts'
import { daemonEnvironment, daemonNodeFlags } from '../../src/cli/daemon-memory.ts'
import { stopWaves } from '../../src/cli/stop-waves.ts'
import { toBeGone } from './outside.ts'
import { ownCgroupRoot, removeCgroups } from './own-cgroups.ts'

const run = promisify(execFile)
const projectRoot = join(import.meta.dirname, '..', '..')
/** The sources as they are, or what was built of them (`GITPROC_ENTRY=dist/main.js`), which is what users run. */
const entryPoint = join(projectRoot, process.env['GITPROC_ENTRY'] ?? join('src', 'cli', 'main.ts'))
const patienceMs = 60_000
const restMs = 250

export interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly status: number
}

export interface SandboxOptions {
  /** Environment variables of the configuration, without `GITPROC_`. */
  readonly settings?: Readonly<Record<string, string>>
  /** Who runs the daemon and the commands; root where undefined. */
  readonly uid?: number
  readonly gid?: number
  /** Words before the daemon's own, run as root: they put it somewhere, and become it. */
  readonly launcher?: readonly string[]
}

export class Sandbox {
  readonly prefix: string
  readonly repo: string
  readonly env: NodeJS.ProcessEnv
  readonly #options: SandboxOptions
  readonly #cgroups: string | undefined
  #daemon: ChildProcess | undefined
  #daemonOutput = ''

  constructor(options: SandboxOptions = {}) {
    this.#options = options
    this.prefix = mkdtempSync(join(tmpdir(), 'gitproc-test-'))
    // Services of other users must be able to reach the socket of sd_notify, as they can in /run.
    chmodSync(this.prefix, 0o711)
    this.repo = join(this.prefix, 'services')
    if (options.uid !== undefined) this.#own(this.prefix)
    const paths = {
      REPO: this.repo,
      SOCKET: 'run/gitproc.sock',
      RUN_DIR: 'run',
      STATE_DIR: 'state',
      LOG_DIR: 'logs',
    }
    const settings = { SETTLE: '0s', LOG_FORMAT: 'json', ...options.settings }
    this.env = { PATH: process.env['PATH'], HOME: this.prefix, NO_COLOR: '1' }
    // Sources would be compiled anew for each daemon and each command; another user's cache is none to write to.
    const compiled = process.env['NODE_COMPILE_CACHE']
    if (compiled !== undefined && options.uid === undefined) this.env['NODE_COMPILE_CACHE'] = compiled
    for (const [key, value] of Object.entries(paths))
      this.env[`GITPROC_${key}`] = join(key === 'REPO' ? '/' : this.prefix, value)
    for (const [key, value] of Object.entries(settings)) this.env[`GITPROC_${key}`] = value
    this.#cgroups = cgroupsOf(this.env['GITPROC_STATE_DIR']!)
    if (this.#cgroups !== undefined) toBeGone(this.#cgroups)
  }

  get socket(): string {
    return this.env['GITPROC_SOCKET']!
  }

  get daemonPid(): number {
    return this.#daemon!.pid!
  }

  /** What the daemon has printed so far, for messages of failed tests. */
  get daemonOutput(): string {
    return this.#daemonOutput
  }

  /** Runs a gitproc command; a failing one is an answer too. */
  async gitproc(...args: readonly string[]): Promise<Ran> {
    return this.exec(process.execPath, [entryPoint, ...args])
  }

  async exec(file: string, args: readonly string[]): Promise<Ran> {
    const options = {
      env: this.env,
      cwd: existsSync(this.repo) ? this.repo : this.prefix,
      ...this.#identity(),
      maxBuffer: 2 ** 26,
    }
    try {
      const { stdout, stderr } = await run(file, [...args], options)
      return { stdout, stderr, status: 0 }
    } catch (error) {
      const failed = error as Partial<Ran> & { code?: number | string }
      if (typeof failed.code !== 'number') throw error
      return { stdout: failed.stdout ?? '', stderr: failed.stderr ?? '', status: failed.code }
    }
  }

  async git(...args: readonly string[]): Promise<string> {
    const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false']
    const { stdout, stderr, status } = await this.exec('git', [...identity, ...args])
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
    return stdout.trim()
  }

  /** `gitproc init`, then the files as the first commit. */
  async init(files: Readonly<Record<string, string>> = {}): Promise<void> {
    const made = await this.gitproc('init', '--repo', this.repo)
    if (made.status !== 0) throw new Error(made.stderr)
    if (Object.keys(files).length > 0) await this.commit(files, 'first')
  }

  /** Writes files (an empty text removes one) and commits them; gives the commit's id. */
  async commit(files: Readonly<Record<string, string>>, message = 'change'): Promise<string> {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.repo, path)
      if (text === '') rmSync(file, { force: true })
      else {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, text)
      }
    }
    if (this.#options.uid !== undefined) this.#own(this.repo)
    await this.git('add', '-A')
    await this.git('commit', '-q', '--allow-empty', '-m', message)
    return this.git('rev-parse', 'HEAD')
  }

  /** Commits and waits until the deployment has ended. */
  async deploy(files: Readonly<Record<string, string>>, message?: string): Promise<StatusAnswer> {
    await this.commit(files, message)
    return this.synced()
  }

  /** Looks at the branch now, as `gitproc sync --wait` does, without the time that a command takes. */
  async synced(): Promise<StatusAnswer> {
    await this.post('/v1/sync', { wait: true })
    return this.status()
  }

  /** Starts the daemon and waits until it answers. */
  async start(): Promise<void> {
    const { launcher = [] } = this.#options
    const [file = '', ...words] = [...launcher, process.execPath, ...daemonNodeFlags, entryPoint, 'daemon']
    const child = spawn(file, words, {
      env: { ...daemonEnvironment, ...this.env },
      cwd: this.prefix,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(launcher.length > 0 ? {} : this.#identity()),
    })
    this.#daemon = child
    const answered = new Promise<void>((resolve, reject) => {
      let isReady = false
      const hear = (chunk: Buffer): void => {
        this.#daemonOutput += chunk.toString()
        // Looking through all of it at each line would take the daemon's processor from it.
        isReady ||= this.#daemonOutput.includes('daemon is ready')
        if (isReady) resolve()
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.on('exit', (code, signal) =>
        reject(new Error(`the daemon ended (${code ?? signal}):\n${this.#daemonOutput}`)),
      )
    })
    await answered
    this.#daemonOutput = this.#daemonOutput.replaceAll('daemon is ready', 'daemon was ready')
  }

  /** Ends the daemon as a crash does; services go on. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#daemon
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }

  async get<T>(path: string): Promise<T> {
    const response = await this.#open(path)
    let text = ''
    for await (const chunk of response) text += chunk
    return JSON.parse(text) as T
  }

  /** Rejects where the daemon dies before it has answered. */
  async post<T>(path: string, body: Readonly<Record<string, unknown>>): Promise<T> {
    const response = await this.#open(path, JSON.stringify({ who: 'test', ...body }))
    let text = ''
    for await (const chunk of response) text += chunk
    return JSON.parse(text) as T
  }

  status(): Promise<StatusAnswer> {
    return this.get<StatusAnswer>('/v1/status')
  }

  unit(name: string): Promise<UnitView> {
    return this.get<UnitView>(`/v1/units/${encodeURIComponent(name)}`)
  }

  /**
   * Resolves with the status once it fulfils the condition, looked at after each event of the daemon; and now and then
   * without one, since not everything has an event that conditions ask for: a pid, a file of a service.
   */
  async until(condition: (status: StatusAnswer) => boolean): Promise<StatusAnswer> {
    const events = await this.#open('/v1/events')
    const timer = setTimeout(() => events.destroy(new Error('patience ended')), patienceMs)
    const steps: AsyncIterator<Buffer> = events[Symbol.asyncIterator]()
    let next = steps.next()
    try {
      for (;;) {
        const status = await this.status()
        if (condition(status)) return status
        const step = await Promise.race([next, delay(restMs)])
        if (step?.done) throw new Error('the event stream ended')
        if (step) next = steps.next()
      }
    } catch (error) {
      const status = await this.status().catch(() => undefined)
      throw new Error(
        `not reached: ${condition}\n${JSON.stringify(status, null, 1)}\n${this.#daemonOutput}`,
        { cause: error },
      )
    } finally {
      clearTimeout(timer)
      next.catch(() => {})
      events.destroy()
    }
  }

  /** Resolves once the unit is in this sub-state. */
  async reaches(name: string, subState: string): Promise<UnitView> {
    const has = (status: StatusAnswer): UnitView | undefined =>
      status.units.find((unit) => unit.name === name && unit.subState === subState)
    return has(await this.until((status) => has(status) !== undefined))!
  }

  /** Stops every service, ends the daemon, removes the prefix. */
  async end(): Promise<void> {
    if (this.#daemon?.exitCode === null && this.#daemon.signalCode === null) await this.#stopAll()
    await this.kill('SIGTERM')
    // One that was killed before has not removed them.
    if (this.#cgroups !== undefined) await removeCgroups(this.#cgroups)
    rmSync(this.prefix, { recursive: true, force: true })
  }

  /** As `gitproc stop --all` does. */
  async #stopAll(): Promise<void> {
    const { units } = await this.status()
    for (const wave of stopWaves(units))
      await this.post('/v1/verbs/stop', { units: wave, wait: true, hold: true })
  }

  readLog(unit: string, stream: 'out' | 'err' = 'out'): string {
    return readFileSync(join(this.prefix, 'logs', unit, stream), 'utf8')
  }

  #identity(): { uid?: number; gid?: number } {
    const { uid, gid } = this.#options
    return { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) }
  }

  #own(path: string): void {
    const { uid, gid } = this.#options
    spawnSyncOrThrow('chown', ['-R', `${uid}:${gid}`, path])
  }

  #open(path: string, body?: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST'
      const headers = { 'content-type': 'application/json' }
      const outgoing = request({ socketPath: this.socket, path, method, headers, agent: false }, resolve)
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }
}

/** As the daemon calls them, for each state directory its own. */
const cgroupsOf = (stateDirectory: string): string | undefined =>
  ownCgroupRoot(`gitproc-${createHash('sha256').update(stateDirectory).digest('hex').slice(0, 8)}`)

const spawnSyncOrThrow = (file: string, args: readonly string[]): void => {
  const { status, stderr } = spawnSync(file, args)
  if (status !== 0) throw new Error(`${file}: ${stderr}`)
}
