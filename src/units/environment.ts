/** The environment that a command starts with, put together in systemd's order (systemd.exec(5)). */
import { isEnvironmentName } from './environment-assignments.ts'
import type { Environment } from './expand-command.ts'
import type { EnvironmentVariable } from './values.ts'

/** Each source overrides those before it; `unset` has the last word. */
export interface EnvironmentSources {
  /** What the daemon gives everyone: PATH. */
  readonly base: Environment
  /** Of this start: HOME, USER, INVOCATION_ID, MAINPID, RUNTIME_DIRECTORY, … */
  readonly own: Environment
  /** `ExecSearchPath=`: becomes PATH. */
  readonly searchPath: readonly string[]
  /** `PassEnvironment=`: names, taken from the daemon's own environment. */
  readonly pass: readonly string[]
  readonly daemon: Environment
  /** `Environment=` */
  readonly assignments: readonly EnvironmentVariable[]
  /** Contents of the `EnvironmentFile=`s, in order. */
  readonly files: readonly ReadonlyMap<string, string>[]
  /** `UnsetEnvironment=`: names, or `NAME=value` that go only where the value is this one. */
  readonly unset: readonly string[]
}

export const buildEnvironment = (sources: EnvironmentSources): Record<string, string> => {
  const merged = new Map<string, string>([
    ...Object.entries(sources.base),
    ...Object.entries(sources.own),
    ...searchPathEntries(sources.searchPath),
    ...passedEntries(sources.pass, sources.daemon),
    ...sources.assignments.map(({ name, value }): Entry => [name, value]),
    ...sources.files.flatMap((file) => [...file]),
  ])
  for (const entry of sources.unset) {
    const [name, value] = splitAssignment(entry)
    if (!entry.includes('=') || merged.get(name) === value) merged.delete(name)
  }
  return Object.fromEntries([...merged].filter(([name]) => isEnvironmentName(name)))
}

/** What a login has: HOME, LOGNAME, USER, SHELL. Without `User=` none of them is set; what says nothing is left out. */
export const userEnvironment = (
  user: { readonly name: string; readonly home: string; readonly shell: string } | undefined,
): Environment => {
  if (!user) return {}
  return {
    ...(user.home.startsWith('/') && user.home !== '/' ? { HOME: user.home } : {}),
    LOGNAME: user.name,
    USER: user.name,
    ...(isLoginShell(user.shell) ? { SHELL: user.shell } : {}),
  }
}

/** systemd's own default on a system with separate /bin and /usr/bin, as Debian builds it. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const isLoginShell = (shell: string): boolean =>
  shell !== '' && !/^(\/usr)?(\/s?bin\/nologin|\/bin\/(false|true))$/.test(shell)

type Entry = readonly [string, string]

const splitAssignment = (word: string): Entry => {
  const equals = word.indexOf('=')
  return equals < 0 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)]
}

const searchPathEntries = (folders: readonly string[]): readonly Entry[] =>
  folders.length === 0 ? [] : [['PATH', folders.join(':')]]

const passedEntries = (names: readonly string[], daemon: Environment): readonly Entry[] =>
  names.flatMap((name) => (Object.hasOwn(daemon, name) ? [[name, daemon[name]!] as const] : []))
