/** What the helper `confine.pl` needs to know for one launch: paths looked up, mounts planned. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ConfineContext } from './confine-arguments.ts'
import { confineLink } from './confine-arguments.ts'
import type { Confinement } from './confinement.ts'
import type { HostTools } from './host-tools.ts'
import type { LaunchSpec } from './launch-spec.ts'
import { planMounts, type Voids } from './mount-plan.ts'
import { resolveRules } from './resolve-rules.ts'
import { callNumbers } from './seccomp/call-numbers.ts'
import { filtersOf } from './seccomp/filters.ts'
import { encodeFilter } from './seccomp/program.ts'

type Myself = { readonly uid: number; readonly gid: number }

/** The helper as this host has it; undefined: there is no perl, or the architecture is not known. */
export type Helper = Pick<ConfineContext, 'perl' | 'helper' | 'numbers'>

export function findHelper({ perl }: HostTools): Helper | undefined {
  const numbers = callNumbers(process.arch)
  const helper = fileURLToPath(new URL('./confine.pl', import.meta.url))
  return perl === undefined || numbers === undefined ? undefined : { perl, helper, numbers }
}

export class Confiner {
  readonly #helper: Helper | undefined
  readonly #myself: Myself
  readonly #voids: Voids

  /** Makes the empty file and folder that stand for inaccessible ones. */
  constructor(helper: Helper | undefined, myself: Myself, runDirectory: string) {
    this.#helper = helper
    this.#myself = myself
    const place = join(runDirectory, '.inaccessible')
    this.#voids = { file: join(place, 'file'), directory: join(place, 'directory') }
    mkdirSync(place, { recursive: true, mode: 0o700 })
    // Their own user could still look into it, and remove it: there is nothing in it.
    mkdirSync(this.#voids.directory, { recursive: true, mode: 0o500 })
    if (!existsSync(this.#voids.file)) writeFileSync(this.#voids.file, '', { mode: 0o000 })
  }

  /** Undefined where the launch is not confined. */
  contextOf({ sandbox }: LaunchSpec, processDirectory: string): ConfineContext | undefined {
    const { confinement } = sandbox
    if (confinement === undefined || this.#helper === undefined) return undefined
    const { rootDirectory, mounts } = confinement
    return {
      ...this.#helper,
      ...this.#myself,
      messages: join(processDirectory, 'messages'),
      mounts: planMounts(resolveRules(mounts, rootDirectory), this.#voids),
      filters: filtersFor(confinement, this.#helper),
    }
  }
}

const filtersFor = ({ systemCalls }: Confinement, { numbers }: Helper): readonly Uint8Array[] =>
  systemCalls === undefined
    ? []
    : filtersOf(systemCalls, numbers).map((program) => encodeFilter(program, process.arch))

/** Whether mounts can be made here. Containers often forbid it; only trying tells. */
export function canMount(helper: Helper | undefined, myself: Myself): Promise<boolean> {
  const path = { path: '/', inRoot: false, isOptional: false, directive: 'ProtectSystem=' }
  const rules = [{ kind: 'access', path, access: 'read-only' }] as const
  const mounts = planMounts(resolveRules(rules, undefined), { file: '', directory: '' })
  return tryOut(helper, { ...myself, mounts, filters: [] }, { namespaces: [], mounts: rules })
}

/** Whether filters of system calls can be loaded here. */
export function canFilter(helper: Helper | undefined, myself: Myself): Promise<boolean> {
  const allow = { kind: 'allow' } as const
  const program = { rules: [], otherwise: allow, newer: { from: 1, answer: allow }, foreign: allow }
  const filters = [encodeFilter(program, process.arch)]
  return tryOut(helper, { ...myself, mounts: [], filters }, { namespaces: [], mounts: [] })
}

function tryOut(
  helper: Helper | undefined,
  context: Omit<ConfineContext, keyof Helper | 'messages'>,
  confinement: Confinement,
): Promise<boolean> {
  if (helper === undefined) return Promise.resolve(false)
  const link = confineLink(harmless, confinement, { ...helper, ...context, messages: '/dev/null' })
  const [file = '', ...words] = link
  return new Promise((resolve) => {
    execFile(file, [...words, '/bin/true'], { env: {}, timeout: 10_000, killSignal: 'SIGKILL' }, (error) =>
      resolve(error === null),
    )
  })
}

const harmless: LaunchSpec = {
  unit: '',
  invocationId: '',
  role: '',
  command: {
    path: '/bin/true',
    argv: ['true'],
    environment: {},
    workingDirectory: '/',
    workingDirectoryOptional: false,
  },
  identity: { supplementaryGids: [], umask: 0o022 },
  streams: {
    stdin: { kind: 'null' },
    stdout: { kind: 'null' },
    stderr: { kind: 'null' },
    ignoreSigpipe: false,
  },
  limits: { rlimits: {} },
  sandbox: { privatePids: false, noNewPrivileges: true },
}
