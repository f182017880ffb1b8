/** What a service sees of the host and may change there, and how much of the host it may use up. */
import { impliedProtection } from '../show/implied.ts'
import { type Grip, type Measure, type Service, yesNo } from './measure.ts'

export const fileMeasures: readonly Measure[] = [
  {
    name: 'ProtectSystem=',
    weight: 7,
    grip: (service) => systemGrip(service),
    closed: 'it writes nowhere but where the unit says',
    partly: 'it can’t change programs; other files of the host it can, if its user may',
    open: 'it can change the host’s programs and settings, if its user may',
  },
  {
    name: 'ProtectHome=',
    weight: 5,
    grip: (service) => homeGrip(service),
    closed: 'it sees nobody’s home',
    partly: 'it can read homes, and not change them',
    open: 'the homes of people are open to it, as far as its user may look',
  },
  {
    name: 'PrivateTmp=',
    weight: 4,
    grip: (service) => yesNo(impliedProtection(service).PrivateTmp),
    closed: 'its /tmp is its own',
    open: 'it meets others in /tmp, and they meet it',
  },
  {
    name: 'RootDirectory=',
    weight: 2,
    grip: ({ RootDirectory }) => yesNo(RootDirectory !== undefined),
    closed: 'it sees one folder of the host as all there is',
    open: 'it sees the host’s whole tree of files',
  },
  {
    name: 'PrivateDevices=',
    weight: 5,
    grip: ({ PrivateDevices }) => yesNo(PrivateDevices),
    closed: 'it has /dev/null and the like, and no disk',
    open: 'disks and other devices are there for it, if its user may',
  },
  {
    name: 'DevicePolicy=',
    weight: 2,
    grip: ({ DevicePolicy }) => yesNo(DevicePolicy === 'closed' || DevicePolicy === 'strict'),
    closed: 'the kernel lets it open the listed devices only',
    open: 'the kernel lets it open any device, if its user may',
    isUnsupported: true,
  },
]

const systemGrip = (service: Service): Grip => {
  const { ProtectSystem } = impliedProtection(service)
  return ProtectSystem === 'strict' ? 'closed' : ProtectSystem === 'no' ? 'open' : 'partly'
}

const homeGrip = (service: Service): Grip => {
  const { ProtectHome } = impliedProtection(service)
  return ProtectHome === 'read-only' ? 'partly' : yesNo(ProtectHome !== 'no')
}

type Switch =
  | 'ProtectKernelTunables'
  | 'ProtectKernelModules'
  | 'ProtectKernelLogs'
  | 'ProtectControlGroups'
  | 'ProtectClock'
  | 'ProtectHostname'
  | 'PrivateNetwork'
  | 'PrivateIPC'
  | 'PrivateUsers'

/** Those that are on or off, and nothing between. */
const onOff = (
  directive: Switch,
  weight: number,
  sentences: Pick<Measure, 'closed' | 'open' | 'isUnsupported'>,
): Measure => ({
  name: `${directive}=`,
  weight,
  grip: (service) => yesNo(service[directive] !== false),
  ...sentences,
})

export const hostMeasures: readonly Measure[] = [
  onOff('PrivateNetwork', 6, {
    closed: 'it reaches nobody over the network, and nobody it',
    open: 'it can reach out over the network',
  }),
  {
    name: 'IPAddressDeny=',
    weight: 4,
    grip: ({ IPAddressDeny }) => yesNo(IPAddressDeny.length > 0),
    closed: 'the kernel lets it talk to the listed addresses only',
    open: 'it can talk to any address',
    isUnsupported: true,
  },
  onOff('PrivateUsers', 4, {
    closed: 'users of the host mean nothing to it',
    open: 'it sees the users of the host',
    isUnsupported: true,
  }),
  {
    name: 'PrivatePIDs=',
    weight: 4,
    grip: ({ PrivatePIDs }) => yesNo(PrivatePIDs === true),
    closed: 'it sees, and can signal, its own processes only',
    open: 'it sees the processes of the host',
  },
  {
    name: 'ProtectProc=',
    weight: 3,
    grip: ({ ProtectProc }) => yesNo(ProtectProc !== 'default'),
    closed: 'processes of others are hidden from it in /proc',
    open: 'it reads in /proc what others run, and how',
  },
  {
    name: 'ProcSubset=',
    weight: 1,
    grip: ({ ProcSubset }) => yesNo(ProcSubset === 'pid'),
    closed: '/proc tells it of processes, and of nothing else',
    open: '/proc tells it all about the host',
  },
  onOff('ProtectKernelTunables', 5, {
    closed: 'it can’t turn the kernel’s knobs',
    open: 'it can turn the kernel’s knobs (/proc/sys, /sys), if its user may',
  }),
  onOff('ProtectKernelModules', 4, {
    closed: 'it loads no modules of the kernel',
    open: 'it can load modules of the kernel, if its user may',
  }),
  onOff('ProtectKernelLogs', 2, {
    closed: 'it can’t read the kernel’s log',
    open: 'the kernel’s log tells it addresses and names, if its user may',
  }),
  onOff('ProtectControlGroups', 3, {
    closed: 'it can’t change the limits of others, or its own',
    open: 'it can change limits by cgroupfs, if its user may',
  }),
  onOff('ProtectClock', 2, {
    closed: 'it can’t set the clock',
    open: 'it can set the clock, if its user may',
  }),
  onOff('ProtectHostname', 1, {
    closed: 'it can’t rename the host',
    open: 'it can rename the host, if its user may',
  }),
  onOff('PrivateIPC', 2, {
    closed: 'its shared memory and queues are its own',
    open: 'it meets others in shared memory and queues',
  }),
]

/** Who may use up everything is as good at stopping others as who may kill them. */
export const limitMeasures: readonly Measure[] = [
  {
    name: 'MemoryMax=',
    weight: 2,
    grip: ({ MemoryMax, MemoryLimit }) => yesNo((MemoryMax ?? MemoryLimit) !== undefined),
    closed: 'it can’t use up the host’s memory',
    open: 'it can use up the host’s memory',
  },
  {
    name: 'TasksMax=',
    weight: 2,
    grip: ({ TasksMax }) => yesNo(TasksMax !== undefined),
    closed: 'it can’t fill the host with processes',
    open: 'it can fill the host with processes',
  },
  {
    name: 'CPUQuota=',
    weight: 1,
    grip: ({ CPUQuota }) => yesNo(CPUQuota !== undefined),
    closed: 'it can’t use up the processors',
    open: 'it can use all processors there are',
  },
]
