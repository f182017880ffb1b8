/** A unit's directives about the file system → rules of mounts (systemd.exec(5), SANDBOXING). Pure. */
import type { MountRule, RulePath } from '../../executor/confinement.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { impliedProtection } from '../../units/show/implied.ts'
import type { TemporaryMount } from '../../units/values.ts'
import {
  deviceFolders,
  deviceLinks,
  harmlessDevices,
  homes,
  type ProtectedPaths,
  protectControlGroups,
  protectKernelLogs,
  protectKernelModules,
  protectKernelTunables,
  protectSystem,
} from './protected-paths.ts'

type Service = NonNullable<LoadedUnit['service']>

/** What was made for this very run. */
export interface RunFolders {
  /** PrivateTmp=: what becomes /tmp and /var/tmp. */
  readonly privateTmp?: { readonly temporary: string; readonly persistent: string }
  /** Where the daemon listens to sd_notify. */
  readonly notifySocket?: string
  /** RuntimeDirectory= and its kin, but for the configuration: the service may write to them. */
  readonly writable: readonly string[]
  /** Of a dynamic user: folders that only root could reach otherwise, each in the `root` that hides it. */
  readonly hidden: readonly { readonly path: string; readonly shownAs: string; readonly root: string }[]
  /** What a service with another root directory needs of the host's: its folders, the socket of sd_notify. */
  readonly needed: readonly string[]
}

export function mountRulesOf(service: Service, folders: RunFolders): readonly MountRule[] {
  return [
    ...rootRules(service, folders),
    ...privateRules(service, folders),
    ...hiddenRules(service, folders),
    ...protectionRules(service),
    ...procRules(service),
    ...pathRules(service),
    ...folders.writable.map((path) => access('read-write', hostPath(path, 'StateDirectory='))),
    ...service.BindPaths.map((mount) => bind(mount, 'BindPaths=', false)),
    ...service.BindReadOnlyPaths.map((mount) => bind(mount, 'BindReadOnlyPaths=', true)),
    ...service.TemporaryFileSystem.map(temporary),
  ]
}

const hostPath = (path: string, directive: string): RulePath => ({
  path,
  inRoot: false,
  isOptional: true,
  directive,
})

const ownPath = (path: string, directive: string): RulePath => ({
  ...hostPath(path, directive),
  inRoot: true,
})

/** Made where it is missing. */
const madePath = (path: string, directive: string): RulePath => ({
  ...ownPath(path, directive),
  isOptional: false,
})

const access = (
  kind: Extract<MountRule, { readonly kind: 'access' }>['access'],
  path: RulePath,
): MountRule => ({ kind: 'access', path, access: kind })

const bindTo = (source: string, path: RulePath, isReadOnly = false): MountRule => ({
  kind: 'bind',
  source,
  path,
  isReadOnly,
  isRecursive: true,
})

/** MountAPIVFS=: what every program expects, where the root directory is another. */
function rootRules({ RootDirectory, MountAPIVFS }: Service, { needed }: RunFolders): readonly MountRule[] {
  if (RootDirectory === undefined) return []
  const folders = needed.map((path) => bindTo(path, ownPath(path, 'RootDirectory=')))
  if (MountAPIVFS === false) return folders
  const directive = 'MountAPIVFS='
  return [
    { kind: 'kernel', type: 'proc', path: madePath('/proc', directive), options: '' },
    bindTo('/sys', ownPath('/sys', directive)),
    bindTo('/dev', ownPath('/dev', directive)),
    tmpfs(madePath('/run', directive), 'mode=0755'),
    ...folders,
  ]
}

const tmpfs = (path: RulePath, options: string, isReadOnly = false): MountRule => ({
  kind: 'tmpfs',
  path,
  options,
  isReadOnly,
  isNoExec: false,
})

function privateRules(service: Service, { privateTmp, notifySocket }: RunFolders): readonly MountRule[] {
  const rules: MountRule[] = []
  if (privateTmp !== undefined) {
    rules.push(
      bindTo(privateTmp.temporary, madePath('/tmp', 'PrivateTmp=')),
      bindTo(privateTmp.persistent, madePath('/var/tmp', 'PrivateTmp=')),
    )
    // A daemon whose run directory is there must still be heard from.
    if (notifySocket !== undefined && /^\/(var\/)?tmp\//.test(notifySocket))
      rules.push(bindTo(notifySocket, ownPath(notifySocket, 'PrivateTmp=')))
  }
  if (service.PrivateDevices) rules.push(...privateDevices())
  if (service.PrivateIPC)
    rules.push({
      kind: 'kernel',
      type: 'mqueue',
      path: ownPath('/dev/mqueue', 'PrivateIPC='),
      options: '',
    })
  return rules
}

/** Of all that is hidden the service sees its own; with another root directory, where its name says. */
function hiddenRules({ RootDirectory }: Service, { hidden }: RunFolders): readonly MountRule[] {
  const directive = 'DynamicUser='
  if (RootDirectory !== undefined)
    return hidden.map(({ path, shownAs }) => bindTo(path, madePath(shownAs, directive)))
  const roots = [...new Set(hidden.map(({ root }) => root))]
  return [
    ...roots.map((root) => tmpfs(madePath(root, directive), 'mode=0755', true)),
    ...hidden.map(({ path }) => bindTo(path, madePath(path, directive))),
  ]
}

function privateDevices(): readonly MountRule[] {
  const place = (name: string): RulePath => ownPath(`/dev/${name}`, 'PrivateDevices=')
  return [
    {
      kind: 'tmpfs',
      path: madePath('/dev', 'PrivateDevices='),
      options: 'mode=0755,size=4m',
      isReadOnly: true,
      isNoExec: true,
    },
    ...[...harmlessDevices, ...deviceFolders].map((name) => bindTo(`/dev/${name}`, place(name))),
    ...Object.entries(deviceLinks).map(
      ([name, target]): MountRule => ({ kind: 'symlink', path: place(name), target }),
    ),
  ]
}

function protectionRules(service: Service): readonly MountRule[] {
  const { ProtectSystem, ProtectHome } = impliedProtection(service)
  return [
    ...protect(protectSystem[ProtectSystem] ?? [], 'ProtectSystem='),
    ...homeRules(ProtectHome),
    ...protect(service.ProtectKernelTunables ? protectKernelTunables : [], 'ProtectKernelTunables='),
    ...protect(service.ProtectControlGroups ? protectControlGroups : [], 'ProtectControlGroups='),
    ...protect(service.ProtectKernelModules ? protectKernelModules : [], 'ProtectKernelModules='),
    ...protect(service.ProtectKernelLogs ? protectKernelLogs : [], 'ProtectKernelLogs='),
  ]
}

const protect = (paths: ProtectedPaths, directive: string): readonly MountRule[] =>
  paths.flatMap(([kind, ...all]) => all.map((path) => access(kind, ownPath(path, directive))))

function homeRules(protection: string): readonly MountRule[] {
  const directive = 'ProtectHome='
  switch (protection) {
    case 'yes':
      return protect([['inaccessible', ...homes]], directive)
    case 'read-only':
      return protect([['read-only', ...homes]], directive)
    case 'tmpfs':
      return homes.map((path) => tmpfs(ownPath(path, directive), 'mode=0755', true))
    default:
      return []
  }
}

/** A /proc of the service's own shows others' processes or not, and more than processes or not. */
function procRules({ ProtectProc, ProcSubset }: Service): readonly MountRule[] {
  const options = [
    ...(ProtectProc === 'default' ? [] : [`hidepid=${ProtectProc}`]),
    ...(ProcSubset === 'all' ? [] : ['subset=pid']),
  ]
  if (options.length === 0) return []
  const path = madePath('/proc', 'ProtectProc=')
  return [{ kind: 'kernel', type: 'proc', path, options: options.join(',') }]
}

function pathRules(service: Service): readonly MountRule[] {
  const lists = [
    ['ReadWritePaths=', 'read-write', service.ReadWritePaths],
    ['ReadOnlyPaths=', 'read-only', service.ReadOnlyPaths],
    ['InaccessiblePaths=', 'inaccessible', service.InaccessiblePaths],
  ] as const
  return [
    ...lists.flatMap(([directive, kind, paths]) =>
      paths.map((written) => access(kind, readPath(written, directive))),
    ),
    ...service.NoExecPaths.map((written) => exec(readPath(written, 'NoExecPaths='), false)),
    ...service.ExecPaths.map((written) => exec(readPath(written, 'ExecPaths='), true)),
  ]
}

const exec = (path: RulePath, isAllowed: boolean): MountRule => ({ kind: 'exec', path, isAllowed })

/** `-`: may be missing; `+`: as the service sees it. */
function readPath(written: string, directive: string): RulePath {
  const prefix = /^-?\+?/.exec(written)?.[0] ?? ''
  return {
    path: written.slice(prefix.length),
    inRoot: prefix.includes('+'),
    isOptional: prefix.includes('-'),
    directive,
  }
}

const bind = (
  mount: {
    readonly source: string
    readonly destination: string
    readonly optional: boolean
    readonly recursive: boolean
  },
  directive: string,
  isReadOnly: boolean,
): MountRule => ({
  kind: 'bind',
  source: mount.source,
  path: {
    path: mount.destination,
    inRoot: true,
    isOptional: mount.optional || isOfJournal(mount.source),
    directive,
  },
  isReadOnly,
  isRecursive: mount.recursive,
})

/** systemd's journal is there on every host of systemd's; without it a unit that wants its socket has nothing to lose. */
const isOfJournal = (path: string): boolean => path === '/dev/log' || path.startsWith('/run/systemd/journal/')

/** Flags of mounts among the options are not for tmpfs itself. */
function temporary({ path, options }: TemporaryMount): MountRule {
  const words = options.split(',').filter((word) => word !== '')
  const own = words.filter((word) => !mountFlags.includes(word))
  const mode = own.some((word) => word.startsWith('mode=')) ? [] : ['mode=0755']
  return {
    kind: 'tmpfs',
    path: { path, inRoot: true, isOptional: false, directive: 'TemporaryFileSystem=' },
    options: [...mode, ...own].join(','),
    isReadOnly: words.includes('ro'),
    isNoExec: words.includes('noexec'),
  }
}

const mountFlags: readonly string[] = [
  'ro',
  'rw',
  'exec',
  'noexec',
  'suid',
  'nosuid',
  'dev',
  'nodev',
  'atime',
  'noatime',
  'relatime',
  'strictatime',
]
