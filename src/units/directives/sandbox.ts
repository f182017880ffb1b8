/** Rows of sandboxing: namespaces, mounts, system calls (systemd.exec(5), SANDBOXING and SYSTEM CALL FILTERING). */
import { addressFamilies } from '../value-types/address-family.ts'
import { boolean, tristate } from '../value-types/boolean.ts'
import { choice, choiceOrBoolean } from '../value-types/choice.ts'
import { deniedCallAnswer } from '../value-types/errno.ts'
import { bindMounts, opaqueWords, temporaryMounts } from '../value-types/mount-paths.ts'
import { mountPropagation } from '../value-types/named-bits.ts'
import { allowedNamespaces, namespaceKinds } from '../value-types/namespaces.ts'
import { absolutePath, namespacePaths, requiredPath } from '../value-types/path.ts'
import { looseBoolean } from '../value-types/scheduling.ts'
import { systemCallFilter, systemCallLog } from '../value-types/system-call.ts'
import { text, words } from '../value-types/text.ts'
import { resettable } from '../value-types/value-type.ts'
import { rowsOf } from './row.ts'

const { enforced, unsupported } = rowsOf('systemd.exec(5)')

/** systemd's names of the instruction sets that seccomp knows. */
const architectureNames: ReadonlySet<string> = new Set(
  (
    'native x86 x86-64 x32 arm arm64 loongarch64 mips mips64 mips64-n32 mips-le mips64-le mips64-le-n32 parisc parisc64 ' +
    'ppc ppc64 ppc64-le riscv64 s390 s390x'
  ).split(' '),
)

const architectures = words('native or names of architectures', (word) => architectureNames.has(word))

export const sandboxDirectives = {
  PrivatePIDs: enforced(looseBoolean([]), 'restart'),

  RootDirectory: enforced(requiredPath, 'restart'),
  RootImage: unsupported(requiredPath),
  RootImageOptions: unsupported(opaqueWords, []),
  RootHash: unsupported(text),
  RootHashSignature: unsupported(text),
  RootVerity: unsupported(requiredPath),
  RootEphemeral: unsupported(boolean, false),
  MountAPIVFS: enforced(tristate, 'restart'),
  MountImages: unsupported(opaqueWords, []),
  ExtensionImages: unsupported(opaqueWords, []),
  ExtensionDirectories: unsupported(namespacePaths, []),
  ReadWritePaths: enforced(namespacePaths, 'restart', []),
  ReadOnlyPaths: enforced(namespacePaths, 'restart', []),
  InaccessiblePaths: enforced(namespacePaths, 'restart', []),
  ExecPaths: enforced(namespacePaths, 'restart', []),
  NoExecPaths: enforced(namespacePaths, 'restart', []),
  BindPaths: enforced(bindMounts, 'restart', []),
  BindReadOnlyPaths: enforced(bindMounts, 'restart', []),
  TemporaryFileSystem: enforced(temporaryMounts, 'restart', []),
  MountFlags: enforced(mountPropagation, 'restart'),

  ProtectSystem: enforced(
    choiceOrBoolean(['no', 'yes', 'full', 'strict'], { yes: 'yes', no: 'no' }),
    'restart',
    'no',
  ),
  ProtectHome: enforced(
    choiceOrBoolean(['no', 'yes', 'read-only', 'tmpfs'], { yes: 'yes', no: 'no' }),
    'restart',
    'no',
  ),
  ProtectProc: enforced(choice(['noaccess', 'invisible', 'ptraceable', 'default']), 'restart', 'default'),
  ProcSubset: enforced(choice(['all', 'pid']), 'restart', 'all'),
  PrivateTmp: enforced(looseBoolean(['disconnected']), 'restart', false),
  PrivateDevices: enforced(boolean, 'restart', false),
  PrivateNetwork: enforced(boolean, 'restart', false),
  PrivateUsers: unsupported(looseBoolean(['self', 'identity', 'full']), false),
  PrivateMounts: enforced(tristate, 'restart'),
  PrivateIPC: enforced(boolean, 'restart', false),
  NetworkNamespacePath: unsupported(absolutePath),
  IPCNamespacePath: unsupported(absolutePath),
  ProtectHostname: enforced(looseBoolean(['private']), 'restart', false),
  ProtectClock: enforced(boolean, 'restart', false),
  ProtectKernelTunables: enforced(boolean, 'restart', false),
  ProtectKernelModules: enforced(boolean, 'restart', false),
  ProtectKernelLogs: enforced(boolean, 'restart', false),
  ProtectControlGroups: enforced(looseBoolean(['private', 'strict']), 'restart', false),

  RestrictAddressFamilies: enforced(addressFamilies, 'restart'),
  RestrictFileSystems: unsupported(opaqueWords, []),
  RestrictNamespaces: enforced(allowedNamespaces, 'restart', namespaceKinds),
  RestrictRealtime: enforced(boolean, 'restart', false),
  RestrictSUIDSGID: enforced(boolean, 'restart', false),
  LockPersonality: enforced(boolean, 'restart', false),
  MemoryDenyWriteExecute: enforced(boolean, 'restart', false),
  MemoryKSM: unsupported(resettable(boolean)),
  SystemCallFilter: enforced(systemCallFilter, 'restart'),
  SystemCallErrorNumber: enforced(deniedCallAnswer, 'restart'),
  SystemCallArchitectures: enforced(architectures, 'restart', []),
  SystemCallLog: unsupported(systemCallLog),
} as const
