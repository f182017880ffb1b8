/** Rows about the process itself: who runs it, where, with what environment and priority (systemd.exec(5)). */
import { account, accounts } from '../value-types/account.ts'
import { boolean } from '../value-types/boolean.ts'
import { ambientSet, boundingSet } from '../value-types/capability.ts'
import { cpuSet } from '../value-types/cgroup.ts'
import { choice } from '../value-types/choice.ts'
import {
  environment,
  environmentFiles,
  environmentNames,
  environmentRemovals,
} from '../value-types/environment.ts'
import { fileMode } from '../value-types/mode.ts'
import { secureBits } from '../value-types/named-bits.ts'
import { searchPath, workingDirectory } from '../value-types/path.ts'
import {
  cpuPolicy,
  cpuPriority,
  ioClass,
  ioPriority,
  nice,
  numaPolicy,
  oomScoreAdjust,
} from '../value-types/scheduling.ts'
import { securityLabel, text } from '../value-types/text.ts'
import { nanosecondSpan } from '../value-types/time.ts'
import { fatal, resettable } from '../value-types/value-type.ts'
import { rowsOf } from './row.ts'

const { enforced, accepted, unsupported } = rowsOf('systemd.exec(5)')

/** systemd's names of architectures that a process can be told it runs on. */
const personalities = [
  'x86',
  'x86-64',
  'ppc',
  'ppc-le',
  'ppc64',
  'ppc64-le',
  's390',
  's390x',
  'arm',
  'arm64',
] as const

export const execDirectives = {
  WorkingDirectory: enforced(workingDirectory, 'restart'),
  User: enforced(account, 'restart'),
  Group: enforced(account, 'restart'),
  SupplementaryGroups: enforced(accounts, 'restart', []),
  DynamicUser: enforced(fatal(boolean), 'restart', false),
  UMask: enforced(fileMode, 'restart', 0o022),
  Nice: enforced(nice, 'restart'),
  OOMScoreAdjust: enforced(oomScoreAdjust, 'restart'),
  Environment: enforced(environment, 'restart', []),
  EnvironmentFile: enforced(environmentFiles, 'restart', []),
  PassEnvironment: enforced(environmentNames, 'restart', []),
  UnsetEnvironment: enforced(environmentRemovals, 'restart', []),
  ExecSearchPath: enforced(searchPath, 'restart', []),
  IgnoreSIGPIPE: enforced(boolean, 'restart', true),

  CapabilityBoundingSet: enforced(boundingSet, 'restart'),
  AmbientCapabilities: enforced(ambientSet, 'restart', []),
  SecureBits: enforced(secureBits, 'restart', []),
  NoNewPrivileges: enforced(boolean, 'restart', false),
  KeyringMode: enforced(choice(['inherit', 'private', 'shared']), 'restart'),
  CoredumpFilter: unsupported(text),
  TimerSlackNSec: enforced(nanosecondSpan, 'restart'),
  CPUSchedulingPolicy: enforced(cpuPolicy, 'restart'),
  CPUSchedulingPriority: enforced(cpuPriority, 'restart'),
  CPUSchedulingResetOnFork: enforced(boolean, 'restart', false),
  CPUAffinity: enforced(cpuSet, 'restart', []),
  NUMAPolicy: unsupported(numaPolicy),
  NUMAMask: unsupported(text),
  IOSchedulingClass: enforced(ioClass, 'restart'),
  IOSchedulingPriority: enforced(ioPriority, 'restart'),
  Personality: unsupported(choice(personalities)),
  RemoveIPC: enforced(boolean, 'live', false),
  PAMName: unsupported(text),
  SetLoginEnvironment: unsupported(resettable(boolean)),
  SELinuxContext: unsupported(securityLabel),
  AppArmorProfile: unsupported(securityLabel),
  SmackProcessLabel: unsupported(securityLabel),
  UtmpIdentifier: accepted(text),
  UtmpMode: accepted(choice(['init', 'login', 'user']), 'init'),
} as const
