/** The table of configuration keys: name, type, default. Flags, environment variables and docs are made from it. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { notifyKeys } from './notify-config.ts'
import { remoteKeys } from './remote-keys.ts'
import { trustKeys } from './trust-config.ts'

export type KeyType = 'path' | 'text' | 'boolean' | 'duration' | 'choice' | 'integer' | 'size'

export interface ConfigKey {
  readonly type: KeyType
  readonly choices?: readonly string[]
  /** The default as a person would write it; paths depend on who runs the daemon. */
  readonly default: (place: Place) => string
  readonly description: string
}

/** Where things lie (DESIGN.md, section 10): differs between root and an ordinary user. */
export interface Place {
  readonly isRoot: boolean
  readonly home: string
  readonly configHome: string
  readonly stateHome: string
  readonly runtimeDirectory: string
}

export const placeOf = (uid: number, env: NodeJS.ProcessEnv): Place => {
  const home = env['HOME'] || homedir()
  return {
    isRoot: uid === 0,
    home,
    configHome: env['XDG_CONFIG_HOME'] || join(home, '.config'),
    stateHome: env['XDG_STATE_HOME'] || join(home, '.local', 'state'),
    runtimeDirectory: env['XDG_RUNTIME_DIR'] || `/tmp/gitproc-run-${uid}`,
  }
}

const byUser =
  (root: string, user: (place: Place) => string) =>
  (place: Place): string =>
    place.isRoot ? root : user(place)
const always = (text: string) => (): string => text

export const configKeys = {
  repo: {
    type: 'path',
    default: byUser('/etc/gitproc/services', (place) => join(place.home, 'gitproc', 'services')),
    description: 'the git repository that holds the unit files (work tree or bare)',
  },
  ...remoteKeys,
  watch_branch: {
    type: 'text',
    default: always(''),
    description: "the branch to watch; empty: the one that the repository's HEAD names",
  },
  path: {
    type: 'text',
    default: always(''),
    description: 'folder of the repository that holds the units; empty: its root',
  },
  socket: {
    type: 'path',
    default: byUser('/run/gitproc/gitproc.sock', (place) =>
      join(place.runtimeDirectory, 'gitproc', 'gitproc.sock'),
    ),
    description: 'unix socket on which the daemon answers',
  },
  run_dir: {
    type: 'path',
    default: byUser('/run/gitproc', (place) => join(place.runtimeDirectory, 'gitproc')),
    description: 'run directories of the services; must not survive a reboot',
  },
  state_dir: {
    type: 'path',
    default: byUser('/var/lib/gitproc', (place) => join(place.stateHome, 'gitproc')),
    description: 'generations, holds and what else must survive',
  },
  log_dir: {
    type: 'path',
    default: byUser('/var/log/gitproc', (place) => join(place.stateHome, 'gitproc', 'logs')),
    description: "the services' output",
  },
  log_max_size: {
    type: 'size',
    default: always('16M'),
    description:
      "a file of services' output of this size is rotated into archives; LogMaxSize= of a unit wins",
  },
  log_max_files: {
    type: 'integer',
    default: always('8'),
    description: 'how many archives of each stream are kept; LogMaxFiles= of a unit wins',
  },
  log_max_age: {
    type: 'duration',
    default: always('infinity'),
    description: 'output older than this is removed; LogMaxAge= of a unit wins',
  },
  log_max_total: {
    type: 'size',
    default: always('10%'),
    description:
      "what the output of all services may take together, a size or a share of log_dir's file system: the oldest archives go first; infinity: no such cap",
  },
  cgroup_root: {
    type: 'text',
    default: always('auto'),
    description: 'cgroup v2 directory to work in; auto: find one, none: do without',
  },
  private_pids: {
    type: 'choice',
    choices: ['auto', 'yes', 'no'],
    default: always('auto'),
    description: 'PID namespaces for units that do not say PrivatePIDs= themselves',
  },
  poll_interval: {
    type: 'duration',
    default: always('30s'),
    description: 'how often to look at the branch though nothing was announced',
  },
  settle: {
    type: 'duration',
    default: always('10s'),
    description: 'how long a deployed unit must stay up to count as good',
  },
  deadline: {
    type: 'duration',
    default: always('5min'),
    description: 'how long a deployment may take to become good',
  },
  rollback_on_failure: {
    type: 'choice',
    choices: ['commit', 'unit', 'no'],
    default: always('commit'),
    description: 'what is taken back when a deployed unit fails',
  },
  prune_limit: {
    type: 'text',
    default: always('50%'),
    description:
      'a commit that removes more units than this, or all of them, waits for gitproc sync --prune; a number, a percentage, or infinity: no guard',
  },
  sync_window: {
    type: 'text',
    default: always(''),
    description:
      'when commits are applied by themselves: allow|deny CRON DURATION [ZONE], such as "allow 0 22 * * 1-5 6h Europe/Berlin"; may stand more than once, or with ; between; empty: always',
  },
  ...trustKeys,
  ...notifyKeys,
  strict: {
    type: 'boolean',
    default: always('no'),
    description: 'refuse a commit with security or limit directives that cannot be enforced',
  },
  metrics_listen: {
    type: 'text',
    default: always(''),
    description: 'loopback address for /metrics over TCP, such as 127.0.0.1:9645; empty: on the socket only',
  },
  log_level: {
    type: 'choice',
    choices: ['error', 'warn', 'info', 'debug'],
    default: always('info'),
    description: "the daemon's own log",
  },
  log_format: {
    type: 'choice',
    choices: ['text', 'json'],
    default: always('text'),
    description: "form of the daemon's own log on the console",
  },
} as const satisfies Record<string, ConfigKey>

export type ConfigKeyName = keyof typeof configKeys
