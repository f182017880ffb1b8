/** In which container or virtual machine we run, in systemd's words (systemd-detect-virt(1)); the container counts first. */
import type { Virtualization } from '../../units/conditions/facts.ts'
import type { HostFiles } from './host-files.ts'

export const readVirtualization = (files: HostFiles): Virtualization => {
  const hasPrivateUsers = !/^\s*0\s+0\s+4294967295\s*$/.test(
    files.text('/proc/self/uid_map') ?? '0 0 4294967295',
  )
  const container = containerId(files)
  if (container !== undefined) return { kind: 'container', id: container, hasPrivateUsers }
  const machine = machineId(files)
  if (machine !== undefined) return { kind: 'vm', id: machine, hasPrivateUsers }
  return { kind: 'none', id: 'none', hasPrivateUsers }
}

const containerIds = 'systemd-nspawn lxc-libvirt lxc openvz docker podman rkt wsl proot pouch'.split(' ')

const containerId = (files: HostFiles): string | undefined => {
  if (files.exists('/proc/vz') && !files.exists('/proc/bc')) return 'openvz'
  if (/Microsoft|WSL/.test(files.text('/proc/sys/kernel/osrelease') ?? '')) return 'wsl'
  const told =
    files.text('/run/host/container-manager') ?? files.text('/run/systemd/container') ?? tellingOfInit(files)
  if (told !== undefined) return containerIds.find((id) => id === told.trim()) ?? 'container-other'
  if (files.exists('/run/.containerenv')) return 'podman'
  return files.exists('/.dockerenv') ? 'docker' : undefined
}

/** Container managers set `container=` for the first process; podman says `oci`, which its marker file tells apart. */
const tellingOfInit = (files: HostFiles): string | undefined => {
  const entries = (files.text('/proc/1/environ') ?? '').split('\0')
  const value = entries.find((entry) => entry.startsWith('container='))?.slice('container='.length)
  return value === '' || value === 'oci' ? undefined : value
}

/** Beginnings of the strings that a machine's firmware has, and whose they are. */
const vendors: readonly (readonly [string, string])[] = [
  ['KVM', 'kvm'],
  ['OpenStack', 'kvm'],
  ['KubeVirt', 'kvm'],
  ['Amazon EC2', 'amazon'],
  ['QEMU', 'qemu'],
  ['VMware', 'vmware'],
  ['VMW', 'vmware'],
  ['innotek GmbH', 'oracle'],
  ['VirtualBox', 'oracle'],
  ['Xen', 'xen'],
  ['Bochs', 'bochs'],
  ['Parallels', 'parallels'],
  ['BHYVE', 'bhyve'],
  ['Hyper-V', 'microsoft'],
  ['Apple Virtualization', 'apple'],
  ['Google Compute Engine', 'google'],
]

const machineId = (files: HostFiles): string | undefined => {
  const cpu = files.text('/proc/cpuinfo') ?? ''
  if (/^vendor_id\s*:\s*User Mode Linux/m.test(cpu)) return 'uml'
  const strings = ['product_name', 'sys_vendor', 'board_vendor', 'bios_vendor', 'product_version'].map(
    (name) => files.text(`/sys/class/dmi/id/${name}`) ?? '',
  )
  const known = vendors.find(([beginning]) => strings.some((text) => text.startsWith(beginning)))?.[1]
  if (known !== undefined) return known
  if (files.text('/sys/hypervisor/type')?.startsWith('xen')) return 'xen'
  const tree = files.text('/proc/device-tree/hypervisor/compatible') ?? ''
  if (tree.startsWith('linux,kvm')) return 'kvm'
  if (tree.includes('xen')) return 'xen'
  const mainframe = /^VM00 Control Program:\s*(.*)$/m.exec(files.text('/proc/sysinfo') ?? '')?.[1]
  if (mainframe !== undefined) return mainframe.startsWith('z/VM') ? 'zvm' : 'kvm'
  return /^flags\s*:.*\bhypervisor\b/m.test(cpu) ? 'vm-other' : undefined
}
