/** `%` specifiers of systemd.unit(5): all of them, from the unit's name and facts of the host. */
import type { HostFacts } from './host-facts.ts'
import { type NameParts, nameStem } from './name.ts'
import { pathOfName, unescapeName } from './name-escape.ts'
import type { UnitName } from './unit.ts'

/** What the specifiers of one unit may resolve to. */
export interface SpecifierScope {
  readonly name: UnitName
  readonly parts: NameParts
  /** The main file as the tree knows it: `%y` where the host says in which folder the tree lies. */
  readonly fragment: string | undefined
  readonly host: HostFacts
}

export type Expanded = { readonly text: string } | { readonly problem: string }

/** Replaces every specifier; an unknown letter or one that can't be resolved is a problem. A `%` before no letter stays. */
export const expandSpecifiers = (text: string, scope: SpecifierScope): Expanded => {
  if (!text.includes('%')) return { text }
  let problem: string | undefined
  const expanded = text.replace(/%([%0-9A-Za-z])/g, (written, letter: string) => {
    if (letter === '%') return '%'
    const resolve = resolvers[letter]
    const value = resolve?.(scope)
    if (value !== undefined) return value
    problem ??=
      resolve || letter in unresolved
        ? `${written} ${unresolved[letter] ?? 'is not known here'}`
        : `there is no ${written}`
    return ''
  })
  return problem === undefined ? { text: expanded } : { problem }
}

/** Why a specifier of systemd's can't be resolved here. */
const unresolved: Readonly<Record<string, string>> = {
  c: 'names a control group, and there is none on this host',
  r: 'names a control group, and there is none on this host',
  R: 'names a control group, and there is none on this host',
  y: 'names the file of the unit, which has no place on this host',
  Y: 'names the folder of the unit, which has no place on this host',
  f: 'needs a name that stands for a path',
  I: 'needs a name with proper escapes',
  J: 'needs a name with proper escapes',
  P: 'needs a name with proper escapes',
}

const lastComponent = (prefix: string): string => prefix.slice(prefix.lastIndexOf('-') + 1)

const fragmentPath = ({ fragment, host }: SpecifierScope): string | undefined =>
  fragment === undefined || host.unitDirectory === undefined ? undefined : `${host.unitDirectory}/${fragment}`

const shortHostname = (hostname: string): string => hostname.split('.')[0]!

const resolvers: Readonly<Record<string, (scope: SpecifierScope) => string | undefined>> = {
  n: ({ name }) => name,
  N: ({ parts }) => nameStem(parts),
  p: ({ parts }) => parts.prefix,
  P: ({ parts }) => unescapeName(parts.prefix),
  i: ({ parts }) => parts.instance ?? '',
  I: ({ parts }) => unescapeName(parts.instance ?? ''),
  j: ({ parts }) => lastComponent(parts.prefix),
  J: ({ parts }) => unescapeName(lastComponent(parts.prefix)),
  f: ({ parts }) => pathOfName(parts),
  y: fragmentPath,
  Y: (scope) => fragmentPath(scope)?.replace(/\/[^/]*$/, ''),
  d: ({ host, name }) => `${host.directories.runtime}/credentials/${name}`,
  c: ({ host, name }) => (host.cgroupRoot === undefined ? undefined : `${host.cgroupRoot}/${name}`),
  r: ({ host }) => host.cgroupRoot,
  R: ({ host }) => host.cgroupRoot,
  t: ({ host }) => host.directories.runtime,
  S: ({ host }) => host.directories.state,
  C: ({ host }) => host.directories.cache,
  L: ({ host }) => host.directories.logs,
  E: ({ host }) => host.directories.configuration,
  T: ({ host }) => host.directories.temporary,
  V: ({ host }) => host.directories.persistentTemporary,
  u: ({ host }) => host.user.name,
  U: ({ host }) => String(host.user.uid),
  g: ({ host }) => host.user.group,
  G: ({ host }) => String(host.user.gid),
  h: ({ host }) => host.user.home,
  s: ({ host }) => host.user.shell,
  a: ({ host }) => host.architecture,
  b: ({ host }) => host.bootId,
  m: ({ host }) => host.machineId,
  v: ({ host }) => host.kernelRelease,
  H: ({ host }) => host.hostname,
  l: ({ host }) => shortHostname(host.hostname),
  q: ({ host }) => host.prettyHostname ?? shortHostname(host.hostname),
  A: ({ host }) => host.osRelease['IMAGE_VERSION'] ?? '',
  B: ({ host }) => host.osRelease['BUILD_ID'] ?? '',
  M: ({ host }) => host.osRelease['IMAGE_ID'] ?? '',
  o: ({ host }) => host.osRelease['ID'] ?? '',
  w: ({ host }) => host.osRelease['VERSION_ID'] ?? '',
  W: ({ host }) => host.osRelease['VARIANT_ID'] ?? '',
}
