/** What a whole unit must hold, by its type (systemd.timer(5), systemd.socket(5), systemd.path(5)). */
import type { UnitType } from '../unit.ts'
import type { ListenAddress } from '../values.ts'
import type { SectionValues } from './section-values.ts'
import { type BrokenRule, completeService, serviceProblems } from './service-rules.ts'

/** Fills in what follows from other values, and names the rules that are broken. */
export const completeUnit = (type: UnitType, values: SectionValues): readonly BrokenRule[] => {
  switch (type) {
    case 'service':
      completeService(values)
      return serviceProblems(values)
    case 'timer':
      return hasAny(values, 'Timer', ['Triggers', 'OnClockChange', 'OnTimezoneChange'])
        ? []
        : [lacks('Triggers', 'a timer needs OnCalendar=, OnBootSec= or the like')]
    case 'path':
      return hasAny(values, 'Path', ['Paths'])
        ? []
        : [lacks('Paths', 'a path unit needs PathExists=, PathChanged= or the like')]
    case 'socket':
      return socketProblems(values)
    case 'slice':
      return neverFails(values)
    default:
      return []
  }
}

const neverFails = (values: SectionValues): readonly BrokenRule[] => {
  if (!hasAny(values, 'Unit', ['OnFailure'])) return []
  values.imply('Unit', 'OnFailure', [])
  return [{ key: 'OnFailure', severity: 'warning', message: 'OnFailure= has no effect: a slice never fails' }]
}

const socketProblems = (values: SectionValues): readonly BrokenRule[] => {
  const listen = (values.get('Socket', 'Listen') ?? []) as readonly ListenAddress[]
  if (listen.length === 0) return [lacks('Listen', 'a socket needs ListenStream= or another Listen…=')]
  const rules: BrokenRule[] = listen.flatMap(({ kind, address }) => notMade(kind, address))
  const links = (values.get('Socket', 'Symlinks') ?? []) as readonly string[]
  if (links.length > 0 && listen.filter(isInFileSystem).length !== 1)
    rules.push(lacks('Symlinks', 'Symlinks= is for sockets with exactly one path to link to'))
  if (values.get('Socket', 'Accept') !== true) return rules
  if (listen.some(({ kind }) => kind !== 'Stream' && kind !== 'SequentialPacket'))
    rules.push(lacks('Accept', 'Accept=yes wants sockets that accept: streams'))
  if (values.get('Socket', 'Service'))
    rules.push(lacks('Service', 'Service= is not for Accept=yes, which starts instances'))
  if (values.get('Socket', 'MaxConnections') === 0)
    rules.push(lacks('MaxConnections', 'MaxConnections= must be 1 or more'))
  return rules
}

const isInFileSystem = ({ kind, address }: ListenAddress): boolean =>
  ['Stream', 'Datagram', 'SequentialPacket', 'FIFO'].includes(kind) && address.startsWith('/')

/** Addresses that systemd listens on and gitproc does not: such a unit could never start. */
const notMade = (kind: string, address: string): readonly BrokenRule[] =>
  ['Stream', 'Datagram', 'SequentialPacket', 'FIFO'].includes(kind) && !address.startsWith('vsock:')
    ? []
    : [
        {
          key: 'Listen',
          severity: 'warning',
          code: 'not-supported',
          message: `Listen${kind}=${address} is not supported, the unit cannot start`,
        },
      ]

const hasAny = (values: SectionValues, section: string, keys: readonly string[]): boolean =>
  keys.some((key) => {
    const value = values.get(section, key)
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false
  })

const lacks = (key: string, message: string): BrokenRule => ({
  key,
  severity: 'error',
  code: 'refused',
  message,
  refuses: 'bad-setting',
})
