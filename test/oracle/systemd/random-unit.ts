/** Unit files at random, from a seed: every directive of the table with values that fit, fit nearly, or fit nowhere. */

import type { DirectiveTable } from '../../../src/units/directive.ts'
import { aliases } from '../../../src/units/directives/aliases.ts'
import { sectionTables } from '../../../src/units/directives/tables.ts'
import type { Random } from '../random-calendar.ts'
import type { UnitCase } from './compare-unit.ts'
import { oddValues } from './odd-values.ts'

/** What makes a unit of its type loadable. */
const needed = {
  service: '[Service]\nType=oneshot\nExecStart=/bin/echo x\n',
  socket: '[Socket]\nListenStream=/run/x\n',
  timer: '[Timer]\nOnBootSec=5\n',
  path: '[Path]\nPathExists=/x\n',
  slice: '[Slice]\n',
} as const

const sections = {
  service: 'Service',
  socket: 'Socket',
  timer: 'Timer',
  path: 'Path',
  slice: 'Slice',
} as const

const types = [
  'service',
  'service',
  'service',
  'service',
  'service',
  'socket',
  'timer',
  'path',
  'slice',
] as const

export const randomUnit = (random: Random, number: number): UnitCase => {
  const type = random.pick(types)
  const stem = `f${String(number).padStart(5, '0')}`
  const isInstance = type !== 'slice' && random.chance(0.15)
  const template = `${stem}${isInstance ? '@' : ''}.${type}`
  const name = isInstance ? `${stem}@${random.pick(instances)}.${type}` : template
  const withBase = random.chance(0.9) ? needed[type] : `[${sections[type]}]\n`
  const files: [string, string][] = [[template, withBase + randomLines(random, sections[type])]]
  if (random.chance(0.1)) files.push([`${template}.d/10.conf`, randomLines(random, sections[type])])
  return {
    name,
    files: files.map(([path, text]) => [path, random.chance(0.3) ? mangled(random, text) : text]),
  }
}

/** The same text with a few changes that bear on its syntax. */
const mangled = (random: Random, text: string): string => {
  let changed = text
  for (let left = random.pick([1, 1, 2, 3]); left > 0; left--) {
    const at = random.between(0, changed.length)
    changed = changed.slice(0, at) + random.pick(insertions) + changed.slice(at + random.pick([0, 0, 0, 1]))
  }
  return changed
}

/** Raw bytes stand as lone surrogates. */
const insertions = [
  '\\',
  '\\\n',
  '\\\n\n',
  '\\\n#c\n',
  '\\\n;c\\\n',
  '\n',
  '\n\n',
  '\r',
  '\r\n',
  '\n\r',
  '\0',
  ' ',
  '\t',
  '\v',
  '\f',
  '\u00a0',
  '\ufeff',
  '\ufffe',
  '\udcff',
  '\udcc3',
  '\ud83d\ude00',
  '"',
  "'",
  '%',
  '%%',
  '$',
  ';',
  '#',
  '\n#',
  '\n;',
  '=',
  '[',
  ']',
  '\n[Unit]\n',
  '\n[Service]\n',
  '\n[X-Y]\n',
  '\n[Bogus]\n',
  '\n[Uni',
  '\nFoo=1\n',
  '\nX-Foo=1\n',
  '\n=1\n',
  '\nFoo\n',
  ':',
  ',',
  '-',
  '+',
  '!',
  '@',
  '|',
  '~',
  'x',
  '0',
  '\x01',
  '\x7f',
  '\\x41',
  '\\n',
  '\\s',
  '\\"',
]

const instances = ['a', 'in-st', '15-main', 'x\\x2dy', 'a:b', 'a@b', '1.2', 'x_y']

const randomLines = (random: Random, own: Section): string => {
  const section = random.chance(0.2) ? 'Unit' : own
  const written = Array.from({ length: random.between(1, 3) }, () => randomAssignments(random, section))
  return `[${section}]\n${written.join('')}`
}

type Section = keyof typeof sectionTables

/** One directive, now and then assigned twice or thrice. */
const randomAssignments = (random: Random, section: Section): string => {
  const [key, typeName] = random.pick(spellings(section))
  const values = oddValues(typeName)
  return Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => `${key}=${random.pick(values)}\n`).join(
    '',
  )
}

/** By which names a section's directives are written, and what their types call themselves. */
const spellings = (section: Section): readonly (readonly [key: string, typeName: string])[] => {
  const table = sectionTables[section] as DirectiveTable
  const own = Object.entries(table).map(([key, { type }]) => [key, type.name] as const)
  const others = Object.entries(aliases).flatMap(([name, { assigns }]) => {
    const [home, key] = name.split('.') as [string, string]
    const [target, targetKey] = assigns[0]!.split('.') as [Section, string]
    const type = (sectionTables[target] as DirectiveTable)[targetKey]?.type
    return home === section && type ? [[key, type.name] as const] : []
  })
  return [...own, ...others].filter(([key]) => !isNewer(key))
}

/** gitproc's own directives, and those that systemd has since a version after 252. */
const isNewer = (key: string): boolean =>
  /^(HealthCheck|X-|LogMax(Size|Files|Age)|DeployHook|PrivatePIDs|StandardInputPipe|After$|OnCron|AssertFirmware)/.test(
    key,
  ) || newer.has(key)

const newer = new Set(
  (
    'ReloadSignal RestartSteps RestartMaxDelaySec RestartMode FileDescriptorStorePreserve OpenFile SurviveFinalKillSignal ' +
    'DeferReactivation RandomizedOffsetSec MemoryKSM SetLoginEnvironment ImportCredential RootEphemeral DelegateSubgroup ' +
    'MemoryZSwapMax MemoryZSwapWriteback StartupMemoryLow StartupMemoryHigh StartupMemoryMax StartupMemorySwapMax NFTSet ' +
    'MemoryPressureWatch MemoryPressureThresholdSec CoredumpReceive PassPIDFD PassFileDescriptorsToExec ' +
    'AcceptFileDescriptors PollLimitIntervalSec PollLimitBurst DeferTrigger DeferTriggerMaxSec LogFilterPatterns ' +
    'ManagedOOMMemoryPressureDurationSec Conditions Asserts Triggers Listen Paths StandardInputBytes'
  ).split(' '),
)
