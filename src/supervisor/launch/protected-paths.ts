/** Which paths ProtectSystem= and its kin mean (systemd.exec(5), SANDBOXING). Pure tables. */
import type { MountRule } from '../../executor/confinement.ts'

type Access = Extract<MountRule, { readonly kind: 'access' }>['access']

/** All of these may be missing; what is not there needs no protection. */
export type ProtectedPaths = readonly (readonly [access: Access, ...paths: string[]])[]

const system = ['/usr', '/boot', '/efi', '/lib', '/lib64', '/bin', '/sbin'] as const

export const protectSystem: Readonly<Record<string, ProtectedPaths>> = {
  no: [],
  yes: [['read-only', ...system]],
  full: [['read-only', ...system, '/etc']],
  strict: [
    ['read-only', '/'],
    // Others protect these: ProtectKernelTunables=, PrivateDevices=, ProtectHome=.
    ['read-write', '/proc', '/sys', '/dev', '/home', '/root', '/run/user'],
  ],
}

export const homes = ['/home', '/root', '/run/user'] as const

export const protectKernelTunables: ProtectedPaths = [
  [
    'read-only',
    '/proc/acpi',
    '/proc/apm',
    '/proc/asound',
    '/proc/bus',
    '/proc/fs',
    '/proc/irq',
    '/proc/latency_stats',
    '/proc/mtrr',
    '/proc/scsi',
    '/proc/sys',
    '/proc/sysrq-trigger',
    '/proc/timer_stats',
    '/sys',
  ],
  // ProtectControlGroups= is for this one.
  ['read-write', '/sys/fs/cgroup', '/sys/fs/selinux'],
  ['inaccessible', '/proc/kallsyms', '/proc/kcore'],
]

export const protectControlGroups: ProtectedPaths = [['read-only', '/sys/fs/cgroup']]
export const protectKernelModules: ProtectedPaths = [['inaccessible', '/usr/lib/modules', '/lib/modules']]
export const protectKernelLogs: ProtectedPaths = [['inaccessible', '/dev/kmsg', '/proc/kmsg']]

/** Of the host's /dev, what a service with PrivateDevices= still has. */
export const harmlessDevices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'] as const
/** Whole folders of it, and the socket of syslog(3). */
export const deviceFolders = ['pts', 'shm', 'mqueue', 'hugepages', 'log'] as const
export const deviceLinks: Readonly<Record<string, string>> = {
  ptmx: 'pts/ptmx',
  fd: '/proc/self/fd',
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
  core: '/proc/kcore',
}
