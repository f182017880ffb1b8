/** The run directory: how the shims, this daemon and the next one know of one another. Described in docs/run-directory.md. */
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { ExitRecord } from '../base/exit.ts'
import type { ProcessKey } from './executor.ts'
import type { LaunchSpec } from './launch-spec.ts'
import { readOrUndefined } from './proc.ts'
import { type MainRecord, parseExit, parseMain } from './records.ts'

/** What `spec.json` holds: the launch without its environment, which is needed once and may hold secrets. */
export interface SavedLaunch {
  readonly protocol: number
  readonly bootId: string
  readonly launchedAtMs: number
  /** How often the OOM killer had struck in the unit's cgroup before. */
  readonly oomKills?: number
  readonly spec: LaunchSpec
  /** The programs between the shim and the service, as `exec-chain.ts` made them. */
  readonly links: readonly (readonly string[])[]
}

export const protocolVersion = 1

/** All files of a process directory but the claim. */
const processFiles = ['spec.json', 'main', 'messages', 'failed', 'exit', 'stdin']

export class RunDirectory {
  readonly path: string
  readonly doorbell: string

  constructor(path: string) {
    this.path = path
    this.doorbell = join(path, '.doorbell')
    // What an earlier daemon had not finished removing.
    rmSync(join(path, '.leaving'), { recursive: true, force: true })
    mkdirSync(join(path, '.leaving'), { recursive: true, mode: 0o700 })
  }

  /** `web.service/0123…`, with `/control/ExecStartPre.0` for a control command: what the doorbell says. */
  ring({ unit, invocationId, role }: ProcessKey): string {
    return role === 'main' ? `${unit}/${invocationId}` : `${unit}/${invocationId}/control/${role}`
  }

  keyOf(ring: string): ProcessKey | undefined {
    const [unit, invocationId, control, role, ...rest] = ring.split('/')
    if (!unit || !invocationId || rest.length > 0) return undefined
    if (control === undefined) return { unit, invocationId, role: 'main' }
    return control === 'control' && role ? { unit, invocationId, role } : undefined
  }

  directory(key: ProcessKey): string {
    return join(this.path, this.ring(key))
  }

  /** Of all processes of one run of a unit. */
  invocation({ unit, invocationId }: Pick<ProcessKey, 'unit' | 'invocationId'>): string {
    return join(this.path, unit, invocationId)
  }

  /** Makes the directory of a new process; throws where there is one already: no process is started twice. */
  create(key: ProcessKey, saved: SavedLaunch): string {
    const directory = this.directory(key)
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const text = JSON.stringify({ ...saved, spec: withoutContents(saved.spec) })
    writeFileSync(join(directory, 'spec.json'), text, { mode: 0o600, flag: 'wx' })
    return directory
  }

  launch(key: ProcessKey): SavedLaunch | undefined {
    try {
      return JSON.parse(readFileSync(join(this.directory(key), 'spec.json'), 'utf8'))
    } catch {
      return undefined
    }
  }

  main(key: ProcessKey): MainRecord | undefined {
    return parseMain(readOrUndefined(join(this.directory(key), 'main')) ?? '')
  }

  exit(key: ProcessKey): ExitRecord | undefined {
    const file = join(this.directory(key), 'exit')
    // Mostly it is not there yet, and an exception costs ten times what this does.
    const found = statSync(file, { throwIfNoEntry: false })
    const text = found === undefined ? undefined : readOrUndefined(file)
    return found === undefined || text === undefined ? undefined : parseExit(text, found.mtimeMs)
  }

  /** Whether the process was, or is about to be, started; an adopter's own claim does not count. */
  isClaimed(key: ProcessKey): boolean {
    return statSync(join(this.directory(key), 'claim'), { throwIfNoEntry: false })?.size === 0
  }

  /** Makes sure that a process which has not been started never will be. False: too late, it was. */
  claim(key: ProcessKey): boolean {
    const words = join(this.path, '.leaving', `${key.unit}.${key.invocationId}.${key.role}`)
    try {
      writeFileSync(words, 'given up\n', { mode: 0o600 })
      // A link appears with its words in it, and only where there is no claim yet; without a directory nothing starts, either.
      linkSync(words, join(this.directory(key), 'claim'))
    } catch {
      return !this.isClaimed(key)
    } finally {
      rmSync(words, { force: true })
    }
    return true
  }

  /** Every process directory there is, however far its launch has come. */
  keys(): readonly ProcessKey[] {
    const units = foldersIn(this.path).filter((name) => !name.startsWith('.'))
    return units.flatMap((unit) =>
      foldersIn(join(this.path, unit)).flatMap((invocationId) => this.#keysOf(unit, invocationId)),
    )
  }

  /**
   * Removes what one process left. In one step, by a rename: a shim that comes late must find either its claim taken or
   * no directory, never a directory without a claim.
   */
  removeProcess(key: ProcessKey): void {
    const directory = this.directory(key)
    const hasOthers = key.role === 'main' && namesIn(directory).includes('control')
    // The control commands below are others: then all goes but the claim, until the invocation is removed.
    if (!hasOthers) this.#discard(directory)
    else for (const name of processFiles) rmSync(join(directory, name), { force: true })
    if (key.role !== 'main') removeEmpty(join(directory, '..'))
    removeEmpty(join(this.path, key.unit, key.invocationId))
    removeEmpty(join(this.path, key.unit))
  }

  removeInvocation(unit: string, invocationId: string): void {
    this.#discard(join(this.path, unit, invocationId))
    removeEmpty(join(this.path, unit))
  }

  /** Removes folders of units in which nothing is: a launch was interrupted between two of its folders. */
  removeEmptyUnits(): void {
    for (const unit of foldersIn(this.path)) if (!unit.startsWith('.')) removeEmpty(join(this.path, unit))
  }

  #discard(directory: string): void {
    const leaving = mkdtempSync(join(this.path, '.leaving', 'directory-'))
    try {
      renameSync(directory, leaving)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    rmSync(leaving, { recursive: true, force: true })
  }

  #keysOf(unit: string, invocationId: string): readonly ProcessKey[] {
    const names = namesIn(join(this.path, unit, invocationId))
    const roles = foldersIn(join(this.path, unit, invocationId, 'control'))
    // A folder with nothing but `control` in it has had no main process yet.
    const hasMain = names.length === 0 || names.some((name) => name !== 'control')
    return (hasMain ? ['main', ...roles] : roles).map((role) => ({ unit, invocationId, role }))
  }
}

/** Without what is needed once and may be secret, or long. */
const withoutContents = (spec: LaunchSpec): LaunchSpec => ({
  ...spec,
  command: { ...spec.command, environment: {} },
  streams: spec.streams.stdin.kind === 'data' ? { ...spec.streams, stdin: { kind: 'null' } } : spec.streams,
})

const removeEmpty = (directory: string): void => {
  try {
    rmdirSync(directory)
  } catch {
    // Something else of the unit is still in it.
  }
}

const namesIn = (path: string): readonly string[] => {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

const foldersIn = (path: string): readonly string[] => {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  } catch {
    return []
  }
}
