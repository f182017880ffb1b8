/**
 * What conditions ask, answered by the host at the moment of asking: a condition looks at little, so nothing is read
 * before it is wanted, and nothing is kept. Under another root it answers for that tree.
 */
import { availableParallelism, hostname, release, totalmem } from 'node:os'
import type { ConditionFacts, Pressure, PressureResource } from '../units/conditions/facts.ts'
import type { ConditionPathKind } from '../units/conditions/kinds.ts'
import type { HostFacts } from '../units/host-facts.ts'
import { HostFiles } from './conditions/host-files.ts'
import { kernelCommandLine, kernelFlag } from './conditions/kernel-flag.ts'
import { judgePath } from './conditions/paths.ts'
import { readCgroups, readFirmware, readPressure, readSecurity } from './conditions/system.ts'
import { readVirtualization } from './conditions/virtualization.ts'

/** What was found out at start and does not change, or is not the file system's to say. */
export type KnownFacts = Pick<HostFacts, 'architecture' | 'machineId' | 'osRelease' | 'users' | 'groups'>

export class HostConditionFacts implements ConditionFacts {
  readonly #files: HostFiles
  readonly #known: KnownFacts
  readonly environment: Readonly<Record<string, string | undefined>>

  constructor(known: KnownFacts, environment: Readonly<Record<string, string | undefined>>, root = '/') {
    this.#files = new HostFiles(root)
    this.#known = known
    this.environment = environment
  }

  isPath(kind: ConditionPathKind, path: string): boolean {
    return judgePath(kind, path, this.#files)
  }

  get architecture() {
    return this.#known.architecture
  }
  get machineId() {
    return this.#known.machineId
  }
  get osRelease() {
    return this.#known.osRelease
  }
  get virtualization() {
    return readVirtualization(this.#files)
  }
  get hostname() {
    return hostname()
  }
  get kernelRelease() {
    return release()
  }
  get kernelCommandLine() {
    return kernelCommandLine(this.#files)
  }
  get memoryBytes() {
    return totalmem()
  }
  get cpuCount() {
    return availableParallelism()
  }
  /** `flags` on x86, `Features` on ARM. */
  get cpuFeatures() {
    const line = this.#files.lines('/proc/cpuinfo').find((each) => /^(?:flags|Features)\s*:/.test(each)) ?? ''
    return new Set(
      line
        .slice(line.indexOf(':') + 1)
        .trim()
        .toLowerCase()
        .split(/\s+/),
    )
  }
  get uids() {
    return [process.getuid?.() ?? 0, process.geteuid?.() ?? 0]
  }
  get gids() {
    return [process.getgid?.() ?? 0, process.getegid?.() ?? 0, ...(process.getgroups?.() ?? [])]
  }
  uidOf(name: string): number | undefined {
    return this.#known.users.get(name)?.uid
  }
  gidOf(name: string): number | undefined {
    return this.#known.groups.get(name)
  }
  get firmware() {
    return readFirmware(this.#files)
  }
  get security() {
    return readSecurity(this.#files)
  }
  get capabilities() {
    const hex = /^CapBnd:\s*([0-9a-f]+)$/m.exec(this.#files.text('/proc/self/status') ?? '')?.[1] ?? '0'
    const bits = BigInt(`0x${hex}`)
    return new Set(Array.from({ length: 63 }, (_, bit) => bit).filter((bit) => (bits >> BigInt(bit)) & 1n))
  }
  /** Mains that are plugged in, or no battery that drains. */
  get isOnAcPower() {
    const supplies = this.#files.names('/sys/class/power_supply').map((name) => {
      const read = (file: string) => this.#files.text(`/sys/class/power_supply/${name}/${file}`)?.trim()
      return { type: read('type'), online: read('online'), status: read('status'), scope: read('scope') }
    })
    const isPluggedIn = supplies.some(({ type, online }) => type !== 'Battery' && online === '1')
    return (
      isPluggedIn || !supplies.some(({ status, scope }) => status === 'Discharging' && scope !== 'Device')
    )
  }
  get isFirstBoot() {
    return (
      kernelFlag('systemd.condition-first-boot', this.#files) ?? this.#files.exists('/run/systemd/first-boot')
    )
  }
  get cgroups() {
    return readCgroups(this.#files)
  }
  get credentials() {
    const folders = ['CREDENTIALS_DIRECTORY', 'ENCRYPTED_CREDENTIALS_DIRECTORY'].map(
      (name) => this.environment[name],
    )
    const wanted = [...folders, '/run/credentials/@system', '/run/credentials/@encrypted']
    return new Set(wanted.flatMap((folder) => (folder === undefined ? [] : this.#files.names(folder))))
  }
  pressure(resource: PressureResource, slice: string | undefined): Pressure | undefined {
    return readPressure(resource, slice, this.#files)
  }
}
