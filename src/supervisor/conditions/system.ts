/** Firmware, security modules, cgroups and pressure, as the kernel shows them in /sys and /proc. */
import type { ConditionFacts, Pressure, PressureResource } from '../../units/conditions/facts.ts'
import type { HostFiles } from './host-files.ts'

export const readFirmware = (files: HostFiles): ConditionFacts['firmware'] => ({
  isUefi: files.exists('/sys/firmware/efi'),
  hasDeviceTree: files.exists('/sys/firmware/devicetree'),
  compatible: (files.text('/proc/device-tree/compatible') ?? '').split('\0').filter((name) => name !== ''),
  smbiosField: (name) =>
    /^[\w.-]+$/.test(name) && !name.startsWith('.')
      ? files.text(`/sys/class/dmi/id/${name}`)?.trimEnd()
      : undefined,
})

/** What the kernel leaves behind where a module is in force. */
export const readSecurity = (files: HostFiles): ReadonlySet<string> => {
  const answers: Readonly<Record<string, boolean>> = {
    selinux: files.exists('/sys/fs/selinux/enforce'),
    smack: files.exists('/sys/fs/smackfs'),
    apparmor: files.text('/sys/module/apparmor/parameters/enabled')?.startsWith('Y') ?? false,
    audit: files.exists('/proc/self/loginuid'),
    ima: files.exists('/sys/kernel/security/ima'),
    tomoyo: files.exists('/sys/kernel/security/tomoyo/version'),
    'uefi-secureboot': files.bytes(secureBootVariable)?.at(-1) === 1,
    tpm2: files.names('/sys/class/tpmrm').length > 0,
  }
  return new Set(Object.keys(answers).filter((name) => answers[name]))
}

/** Four bytes of attributes, then the value. */
const secureBootVariable = '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c'

/** Version 2 alone, or (also mixed) version 1, of whose controllers systemd uses these. */
export const readCgroups = (files: HostFiles): ConditionFacts['cgroups'] => {
  const unified = files.text('/sys/fs/cgroup/cgroup.controllers')
  if (unified !== undefined) return { isUnified: true, controllers: new Set(unified.trim().split(/\s+/)) }
  const enabled = files.lines('/proc/cgroups').flatMap((line) => {
    const [name = '', , , isEnabled] = line.split('\t')
    return isEnabled === '1' ? [name] : []
  })
  const used = ['cpu', 'cpuacct', 'blkio', 'memory', 'devices', 'pids']
  return { isUnified: false, controllers: new Set(used.filter((name) => enabled.includes(name))) }
}

/** Time lost by all of the work, or by some of it where the kernel does not say of all. */
export const readPressure = (
  resource: PressureResource,
  slice: string | undefined,
  files: HostFiles,
): Pressure | undefined => {
  const path =
    slice === undefined ? `/proc/pressure/${resource}` : `${sliceFolder(slice)}/${resource}.pressure`
  const lines = files.lines(path)
  const line =
    lines.find((each) => each.startsWith('full ')) ?? lines.find((each) => each.startsWith('some '))
  const match = /avg10=([\d.]+) avg60=([\d.]+) avg300=([\d.]+)/.exec(line ?? '')
  if (match === null) return undefined
  const [avg10, avg60, avg300] = match.slice(1).map(Number) as [number, number, number]
  return { avg10, avg60, avg300 }
}

/** `a-b.slice` lies within `a.slice`. */
const sliceFolder = (slice: string): string => {
  const words = slice.replace(/\.slice$/, '').split('-')
  const folders = words.map((_, at) => `${words.slice(0, at + 1).join('-')}.slice`)
  return `/sys/fs/cgroup/${slice === '-.slice' ? '' : folders.join('/')}`
}
