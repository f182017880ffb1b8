/** What must hold between the directives of a service (systemd.service(5)), and what follows where one is not set. */
import type { Problem } from '../directive.ts'
import type { SectionValues, Values } from './section-values.ts'

/** Values that follow from others: the type, the start time-out of a oneshot, the notification socket. */
export const completeService = (values: SectionValues): void => {
  const type = values.get('Service', 'Type') ?? impliedType(values)
  values.imply('Service', 'Type', type)
  if (type === 'oneshot' && values.get('Service', 'TimeoutStartSec') === undefined)
    values.imply('Service', 'TimeoutStartSec', Number.POSITIVE_INFINITY)
  if (needsNotifySocket(values)) values.imply('Service', 'NotifyAccess', 'main')
  for (const key of ['Wants', 'After']) implySockets(key, values)
}

/** Sockets=: they are there before the service (systemd.service(5)). */
const implySockets = (key: string, values: SectionValues): void => {
  const sockets = namesIn(values.get('Service', 'Sockets'))
  const others = namesIn(values.get('Unit', key))
  if (sockets.length > 0) values.imply('Unit', key, [...new Set([...others, ...sockets])])
}

const namesIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [])

const impliedType = (values: SectionValues): string => {
  if (values.get('Service', 'BusName')) return 'dbus'
  return isEmpty(values.get('Service', 'ExecStart')) ? 'oneshot' : 'simple'
}

const needsNotifySocket = (values: SectionValues): boolean => {
  const access = values.get('Service', 'NotifyAccess') ?? 'none'
  const type = values.get('Service', 'Type')
  if (access !== 'none') return false
  return (
    type === 'notify' ||
    type === 'notify-reload' ||
    isPositive(values.get('Service', 'WatchdogSec')) ||
    isPositive(values.get('Service', 'FileDescriptorStoreMax'))
  )
}

/** A rule that a service breaks; systemd refuses the unit for the first one. `key` says where to point. */
export interface BrokenRule extends Problem {
  readonly key: string
}

export const serviceProblems = (values: SectionValues): readonly BrokenRule[] => {
  const service = values.settings('Service')
  const hasAction = (values.get('Unit', 'SuccessAction') ?? 'none') !== 'none'
  return [
    ...commandRules(service, hasAction),
    ...oneshotRules(service),
    ...otherRules(service),
    ...hookRules(service, values.get('Install', 'DeployHook')),
  ]
}

/** A deployment waits for its hooks to end, and runs them again the next time. */
const hookRules = (service: Values, hook: unknown): readonly BrokenRule[] => {
  if (hook === undefined) return []
  if (service['Type'] !== 'oneshot') return [refused('Type', `DeployHook=${hook} is for Type=oneshot only`)]
  return service['RemainAfterExit'] === true
    ? [refused('RemainAfterExit', `RemainAfterExit= is not for DeployHook=${hook}: it runs each time`)]
    : []
}

/** Only the first applies: the later ones speak of services that have something to run. */
const commandRules = (service: Values, hasAction: boolean): readonly BrokenRule[] => {
  const starts = Array.isArray(service['ExecStart']) ? service['ExecStart'].length : 0
  const isOneshot = service['Type'] === 'oneshot'
  if (starts === 0 && isEmpty(service['ExecStop']) && !hasAction)
    return [
      refused(
        'ExecStart',
        'the service has no ExecStart=, ExecStop= or SuccessAction=: there is nothing to run',
      ),
    ]
  if (starts === 0 && !isOneshot)
    return [refused('Type', 'a service without ExecStart= must be Type=oneshot')]
  if (starts === 0 && service['RemainAfterExit'] !== true && !hasAction)
    return [refused('ExecStop', 'a service without ExecStart= needs RemainAfterExit=yes')]
  if (starts > 1 && !isOneshot)
    return [
      refused(
        'ExecStart',
        'more than one ExecStart= is for Type=oneshot only; an empty ExecStart= resets the list',
      ),
    ]
  return []
}

const oneshotRules = (service: Values): readonly BrokenRule[] => {
  if (service['Type'] !== 'oneshot') return []
  const rules: BrokenRule[] = []
  const restart = service['Restart']
  if (restart === 'always' || restart === 'on-success')
    rules.push(refused('Restart', `Restart=${restart} is not for Type=oneshot: it would never end`))
  if (!isEmptyStatusSet(service['RestartForceExitStatus']))
    rules.push(refused('RestartForceExitStatus', 'RestartForceExitStatus= is not for Type=oneshot'))
  if (service['ExitType'] === 'cgroup')
    rules.push(refused('ExitType', 'ExitType=cgroup is not for Type=oneshot'))
  if (isPositive(service['RuntimeMaxSec']) && service['RuntimeMaxSec'] !== Number.POSITIVE_INFINITY)
    rules.push({
      key: 'RuntimeMaxSec',
      severity: 'warning',
      message: 'RuntimeMaxSec= has no effect with Type=oneshot',
    })
  return rules
}

const otherRules = (service: Values): readonly BrokenRule[] => {
  const rules: BrokenRule[] = []
  if (service['Type'] === 'dbus' && !service['BusName'])
    rules.push(refused('Type', 'Type=dbus needs BusName='))
  const killMode = service['KillMode'] ?? 'control-group'
  if (service['PAMName'] && killMode !== 'control-group' && killMode !== 'mixed')
    rules.push(refused('KillMode', 'with PAMName=, KillMode= must be control-group or mixed'))
  return rules
}

const refused = (key: string, message: string): BrokenRule => ({
  key,
  severity: 'error',
  code: 'refused',
  message,
  refuses: 'bad-setting',
})

const isEmpty = (value: unknown): boolean => !Array.isArray(value) || value.length === 0

const isPositive = (value: unknown): boolean => typeof value === 'number' && value > 0

const isEmptyStatusSet = (value: unknown): boolean => {
  const set = value as
    | { readonly statuses?: readonly number[]; readonly signals?: readonly string[] }
    | undefined
  return !set?.statuses?.length && !set?.signals?.length
}
