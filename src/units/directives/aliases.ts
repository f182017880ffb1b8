/** Other spellings: old names, names for two directives at once, and the kinds of what is kept as one ordered list. */
import type { Alias } from '../directive.ts'
import { assertDirectives, conditionDirectives } from '../value-types/condition.ts'
import { inputDataKinds } from '../value-types/input-data.ts'
import { listenKinds } from '../value-types/listen.ts'
import { pathKinds, timerKinds } from '../value-types/trigger.ts'
import { healthDirectives } from './health.ts'
import { inputPipeDirectives } from './input-pipe.ts'
import { logFileDirectives } from './log-files.ts'

/** Sections of units that run processes. */
const processSections = ['Service', 'Socket', 'Mount', 'Swap']
/** What is kept as one list → the directives that add to it, or forget it. */
export const collections: Readonly<Record<string, readonly string[]>> = {
  'Unit.Conditions': conditionDirectives,
  'Unit.Asserts': assertDirectives,
  'Timer.Triggers': timerKinds,
  'Socket.Listen': listenKinds,
  'Path.Paths': pathKinds,
  ...Object.fromEntries(processSections.map((section) => [`${section}.StandardInputBytes`, inputDataKinds])),
}

const collected: readonly [string, Alias][] = Object.entries(collections).flatMap(([name, kinds]) =>
  kinds.map((kind): [string, Alias] => [`${name.split('.')[0]}.${kind}`, { assigns: [name] }]),
)

/** An old name of a directive of the same section. */
const renamed = (sections: readonly string[], from: string, to: string): [string, Alias][] =>
  sections.map((section) => [
    `${section}.${from}`,
    { assigns: [`${section}.${to}`], hint: `${from}= is called ${to}= now` },
  ])

/** A directive that once stood in `[Service]`. */
const moved = (from: string, to = from): [string, Alias][] => [
  [`Service.${from}`, { assigns: [`Unit.${to}`], hint: `${to}= belongs in [Unit]` }],
]

const both: [string, Alias][] = [
  ['Service.TimeoutSec', { assigns: ['Service.TimeoutStartSec', 'Service.TimeoutStopSec'] }],
]

export const aliases: Readonly<Record<string, Alias>> = Object.fromEntries([
  ...collected,
  ...both,
  ...renamed(['Unit'], 'BindTo', 'BindsTo'),
  ...renamed(['Unit'], 'PropagateReloadTo', 'PropagatesReloadTo'),
  ...renamed(['Unit'], 'PropagateReloadFrom', 'ReloadPropagatedFrom'),
  ...renamed(['Unit'], 'RequiresOverridable', 'Requires'),
  ...renamed(['Unit'], 'RequisiteOverridable', 'Requisite'),
  ...renamed(['Unit'], 'StartLimitInterval', 'StartLimitIntervalSec'),
  ...moved('StartLimitInterval', 'StartLimitIntervalSec'),
  ...moved('StartLimitBurst'),
  ...moved('StartLimitAction'),
  ...moved('FailureAction'),
  ...moved('RebootArgument'),
  ...moved('After'),
  ...renamed(processSections, 'ReadWriteDirectories', 'ReadWritePaths'),
  ...renamed(processSections, 'ReadOnlyDirectories', 'ReadOnlyPaths'),
  ...renamed(processSections, 'InaccessibleDirectories', 'InaccessiblePaths'),
  ...Object.keys({ ...healthDirectives, ...inputPipeDirectives, ...logFileDirectives }).map(
    (name): [string, Alias] => [`Service.X-${name}`, { assigns: [`Service.${name}`] }],
  ),
  ['Install.X-DeployHook', { assigns: ['Install.DeployHook'] }],
])
