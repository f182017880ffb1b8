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

const architectures = words('native or names of architectures', (word) => /^[a-z0-9-]+$/.test(word))

export const sandboxDirectives = {
  PrivatePIDs: enforced(looseBoolean([]), 'restart'),

  RootDirectory: unsupported(requiredPath),
  RootImage: unsupported(requiredPath),
  RootImageOptions: unsupported(opaqueWords, []),
  RootHash: unsupported(text),
  RootHashSignature: unsupported(text),
  RootVerity: unsupported(absolutePath),
  RootEphemeral: unsupported(boolean, false),
  MountAPIVFS: unsupported(tristate),
  MountImages: unsupported(opaqueWords, []),
  ExtensionImages: unsupported(opaqueWords, []),
  ExtensionDirectories: unsupported(namespacePaths, []),
  ReadWritePaths: unsupported(namespacePaths, []),
  ReadOnlyPaths: unsupported(namespacePaths, []),
  InaccessiblePaths: unsupported(namespacePaths, []),
  ExecPaths: unsupported(namespacePaths, []),
  NoExecPaths: unsupported(namespacePaths, []),
  BindPaths: unsupported(bindMounts, []),
  BindReadOnlyPaths: unsupported(bindMounts, []),
  TemporaryFileSystem: unsupported(temporaryMounts, []),
  MountFlags: unsupported(mountPropagation),

  ProtectSystem: unsupported(
    choiceOrBoolean(['no', 'yes', 'full', 'strict'], { yes: 'yes', no: 'no' }),
    'no',
  ),
  ProtectHome: unsupported(
    choiceOrBoolean(['no', 'yes', 'read-only', 'tmpfs'], { yes: 'yes', no: 'no' }),
    'no',
  ),
  ProtectProc: unsupported(choice(['noaccess', 'invisible', 'ptraceable', 'default']), 'default'),
  ProcSubset: unsupported(choice(['all', 'pid']), 'all'),
  PrivateTmp: unsupported(looseBoolean(['disconnected']), false),
  PrivateDevices: unsupported(boolean, false),
  PrivateNetwork: unsupported(boolean, false),
  PrivateUsers: unsupported(looseBoolean(['self', 'identity', 'full']), false),
  PrivateMounts: unsupported(tristate),
  PrivateIPC: unsupported(boolean, false),
  NetworkNamespacePath: unsupported(absolutePath),
  IPCNamespacePath: unsupported(absolutePath),
  ProtectHostname: unsupported(looseBoolean(['private']), false),
  ProtectClock: unsupported(boolean, false),
  ProtectKernelTunables: unsupported(boolean, false),
  ProtectKernelModules: unsupported(boolean, false),
  ProtectKernelLogs: unsupported(boolean, false),
  ProtectControlGroups: unsupported(looseBoolean(['private', 'strict']), false),

  RestrictAddressFamilies: unsupported(addressFamilies),
  RestrictFileSystems: unsupported(opaqueWords, []),
  RestrictNamespaces: unsupported(allowedNamespaces, namespaceKinds),
  RestrictRealtime: unsupported(boolean, false),
  RestrictSUIDSGID: unsupported(boolean, false),
  LockPersonality: unsupported(boolean, false),
  MemoryDenyWriteExecute: unsupported(boolean, false),
  MemoryKSM: unsupported(resettable(boolean)),
  SystemCallFilter: unsupported(systemCallFilter),
  SystemCallErrorNumber: unsupported(deniedCallAnswer),
  SystemCallArchitectures: unsupported(architectures, []),
  SystemCallLog: unsupported(systemCallLog),
} as const
