/**
 * RuntimeDirectory= and its kin (systemd.exec(5)): which directories a service has, made before it starts. Those of a dynamic
 * user that outlive a run are private: they lie in `private/`, which only root may enter, and a symbolic link leads to them.
 * Whoever is given the same uid later finds no way there.
 */
import type { Abilities } from '../../executor/executor.ts'
import type { HostFacts } from '../../units/host-facts.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { credentialsDirectory } from './credentials-directory.ts'
import type { LaunchStep } from './launch-problem.ts'

export interface OwnedDirectory {
  /** Where it really is. */
  readonly path: string
  /** What the host and the service call it: a link to `path`, where that is private. */
  readonly shownAs: string
  /** Where it was if DynamicUser= was not, or no longer is, what it was: it is moved here. */
  readonly formerly: string | undefined
  /** The folder of private ones that it lies in. */
  readonly privateRoot: string | undefined
  readonly mode: number
  /** Absolute paths of symbolic links to it. */
  readonly links: readonly string[]
  /** What it is called when it can't be made. */
  readonly step: LaunchStep
  /** Whether the service's user gets it; /etc stays root's. */
  readonly isOwned: boolean
}

type Kind = 'Runtime' | 'State' | 'Cache' | 'Logs' | 'Configuration'

const kinds: readonly {
  readonly kind: Kind
  readonly base: keyof HostFacts['directories']
  readonly step: LaunchStep
  readonly variable: string
}[] = [
  { kind: 'Runtime', base: 'runtime', step: 'RUNTIME_DIRECTORY', variable: 'RUNTIME_DIRECTORY' },
  { kind: 'State', base: 'state', step: 'STATE_DIRECTORY', variable: 'STATE_DIRECTORY' },
  { kind: 'Cache', base: 'cache', step: 'CACHE_DIRECTORY', variable: 'CACHE_DIRECTORY' },
  { kind: 'Logs', base: 'logs', step: 'LOGS_DIRECTORY', variable: 'LOGS_DIRECTORY' },
  {
    kind: 'Configuration',
    base: 'configuration',
    step: 'CONFIGURATION_DIRECTORY',
    variable: 'CONFIGURATION_DIRECTORY',
  },
]

/** What is private takes a mount namespace to be seen by its service: without one, nothing is. */
type Host = Pick<Abilities, 'mounts'>

export function directoriesOf(
  unit: LoadedUnit,
  facts: Pick<HostFacts, 'directories'>,
  { mounts }: Host,
): readonly OwnedDirectory[] {
  return kinds.flatMap(({ kind, base, step }) => {
    const root = facts.directories[base]
    const hidden = `${root}/private`
    const isPrivate = mounts && outlivesItsUser(unit, kind)
    return (unit.service?.[`${kind}Directory`] ?? []).map(({ path, links }) => ({
      path: isPrivate ? `${hidden}/${path}` : `${root}/${path}`,
      shownAs: `${root}/${path}`,
      formerly: isPrivate ? `${root}/${path}` : canBePrivate(kind) ? `${hidden}/${path}` : undefined,
      privateRoot: isPrivate ? hidden : undefined,
      mode: unit.service?.[`${kind}DirectoryMode`] ?? 0o755,
      links: links.map((link) => `${root}/${link}`),
      step,
      isOwned: kind !== 'Configuration',
    }))
  })
}

const canBePrivate = (kind: Kind): boolean => kind === 'State' || kind === 'Cache' || kind === 'Logs'

const outlivesItsUser = ({ service }: LoadedUnit, kind: Kind): boolean =>
  service?.DynamicUser === true &&
  (canBePrivate(kind) || (kind === 'Runtime' && service.RuntimeDirectoryPreserve !== 'no'))

/** `$RUNTIME_DIRECTORY`, …: the paths, with colons between them. */
export function directoryEnvironment(
  unit: LoadedUnit,
  facts: Pick<HostFacts, 'directories'>,
): Readonly<Record<string, string>> {
  const entries = kinds.map(({ kind, base, variable }): [string, string] => {
    const paths = (unit.service?.[`${kind}Directory`] ?? []).map(
      ({ path }) => `${facts.directories[base]}/${path}`,
    )
    return [variable, paths.join(':')]
  })
  const credentials: readonly [string, string] = [
    'CREDENTIALS_DIRECTORY',
    credentialsDirectory(unit, facts) ?? '',
  ]
  return Object.fromEntries([...entries, credentials].filter(([, paths]) => paths !== ''))
}

/** What goes when the service has ended: runtime directories, unless RuntimeDirectoryPreserve= keeps them. */
export function passingDirectories(
  unit: LoadedUnit,
  facts: Pick<HostFacts, 'directories'>,
  { mounts, isRestarting }: Host & { readonly isRestarting: boolean },
): readonly string[] {
  const credentials = credentialsDirectory(unit, facts)
  const passing = credentials === undefined ? [] : [credentials]
  const preserve = unit.service?.RuntimeDirectoryPreserve
  if (preserve === 'yes' || (preserve === 'restart' && isRestarting)) return passing
  const own = directoriesOf(unit, facts, { mounts }).filter(({ step }) => step === 'RUNTIME_DIRECTORY')
  return [...passing, ...own.flatMap(({ path, shownAs, links }) => [...links, ...new Set([shownAs, path])])]
}
