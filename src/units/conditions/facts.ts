/** What conditions ask of the host: an interface of answers, so that judging stays pure. `supervisor` reads the real ones. */
import type { ConditionPathKind } from './kinds.ts'

export interface Virtualization {
  readonly kind: 'none' | 'vm' | 'container'
  /** systemd's word: `kvm`, `docker`, …; `none`. */
  readonly id: string
  /** Whether this is a user namespace of its own. */
  readonly hasPrivateUsers: boolean
}

/** Percentages of time lost to waiting, over the last 10 s, 1 min and 5 min. */
export interface Pressure {
  readonly avg10: number
  readonly avg60: number
  readonly avg300: number
}

export type PressureResource = 'memory' | 'cpu' | 'io'

export interface ConditionFacts {
  /** The answer of a path condition (`ConditionPathExists`, `ConditionNeedsUpdate`, …) about an absolute path or glob. */
  readonly isPath: (kind: ConditionPathKind, path: string) => boolean
  /** systemd's word: `x86-64`, `arm64`. */
  readonly architecture: string
  readonly virtualization: Virtualization
  readonly hostname: string
  readonly machineId: string
  /** `uname -r` */
  readonly kernelRelease: string
  /** /proc/cmdline; in a container the command line of its first process. */
  readonly kernelCommandLine: string
  /** /etc/os-release. */
  readonly osRelease: Readonly<Record<string, string>>
  readonly memoryBytes: number
  /** CPUs that the daemon may run on. */
  readonly cpuCount: number
  /** In small letters: `sse4_2`. */
  readonly cpuFeatures: ReadonlySet<string>
  /** The daemon's own, as systemd asks its own. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whom the daemon runs as: real and effective ids. */
  readonly uids: readonly number[]
  readonly gids: readonly number[]
  readonly uidOf: (name: string) => number | undefined
  readonly gidOf: (name: string) => number | undefined
  readonly firmware: {
    readonly isUefi: boolean
    readonly hasDeviceTree: boolean
    /** Strings of the device tree's `compatible`. */
    readonly compatible: readonly string[]
    /** A field of /sys/class/dmi/id. */
    readonly smbiosField: (name: string) => string | undefined
  }
  /** `apparmor`, `selinux`, `smack`, `audit`, `ima`, `tomoyo`, `uefi-secureboot`, `tpm2`: those in force. */
  readonly security: ReadonlySet<string>
  /** Numbers of the bounding set: 0 is CAP_CHOWN. */
  readonly capabilities: ReadonlySet<number>
  /** Also where there is no battery. */
  readonly isOnAcPower: boolean
  readonly isFirstBoot: boolean
  readonly cgroups: {
    readonly isUnified: boolean
    /** Controllers that can be used. */
    readonly controllers: ReadonlySet<string>
  }
  /** Names of credentials handed to the system. */
  readonly credentials: ReadonlySet<string>
  /** Of the whole system or of a slice; undefined where the kernel does not measure it. */
  readonly pressure: (resource: PressureResource, slice: string | undefined) => Pressure | undefined
}
