/**
 * Units made of several files at random, from a seed: links for other names, masks, drop-ins of all the folders that apply,
 * folders of dependency links, names and lines at the limits.
 */
import type { Random } from '../random-calendar.ts'
import type { UnitCase } from './compare-unit.ts'

type Files = [path: string, text: string][]

/** A name of the family under which files may lie, and the one that systemd is asked for. */
interface Family {
  readonly asked: string
  /** Where the unit's own file lies. */
  readonly fragment: string
  /** Names with folders that apply, might apply, or must not. */
  readonly names: readonly string[]
}

export const familyUnit = (random: Random, number: number): UnitCase => {
  const family = randomFamily(random, `g${String(number).padStart(5, '0')}`)
  const files: Files = [...ofAllServices]
  const links: Files = []
  if (random.chance(0.9)) addFragment(random, family, files, links)
  const { names } = family
  for (let left = random.between(0, 5); left > 0; left--)
    addDropIn(random, `${random.pick(names)}.d/${random.pick(dropInNames)}`, files, links)
  for (let left = random.between(0, 3); left > 0; left--)
    addDependency(random, `${random.pick(names)}.${random.pick(['wants', 'requires'])}`, files, links)
  return { name: family.asked, files: unique(files), links: unique(links, files) }
}

const ofAllServices: Files = [['service.d/20-type.conf', '[Service]\nEnvironment=FROM=type\n']]

const randomFamily = (random: Random, stem: string): Family => {
  const prefix = random.pick([
    stem,
    `${stem}-b`,
    `${stem}-b-c`,
    `${stem}--c`,
    `${stem}-b-`,
    `${stem}-\\x2d-c`,
  ])
  const parts = prefix.split('-')
  const shorter = parts.slice(1).map((_, at) => `${parts.slice(0, at + 1).join('-')}-`)
  if (random.chance(0.5)) {
    const asked = `${random.chance(0.04) ? longest(prefix) : prefix}.service`
    return {
      asked,
      fragment: asked,
      names: [asked, ...shorter.map((each) => `${each}.service`)].filter(hasFolder),
    }
  }
  const instance = random.pick(['i', 'x-y', 'x\\x2dy', 'a@b', 'a'.repeat(255 - `${prefix}@.service`.length)])
  const both = (each: string): readonly string[] => [`${each}@.service`, `${each}@${instance}.service`]
  const [template, asked] = both(prefix) as [string, string]
  return {
    asked,
    fragment: random.pick([template, template, asked]),
    names: [template, asked, ...shorter.flatMap(both), `${prefix}.service`].filter(hasFolder),
  }
}

/** The longest name that a file can have. */
const longest = (prefix: string): string => prefix.padEnd(255 - '.service'.length, 'x')

const hasFolder = (name: string): boolean => name.length + '.requires'.length <= 255

const addFragment = (random: Random, family: Family, files: Files, links: Files): void => {
  const { fragment, asked } = family
  switch (random.pick(['file', 'file', 'file', 'alias', 'alias', 'mask', 'empty', 'long'])) {
    case 'alias':
      addAlias(random, family, files, links)
      break
    case 'mask':
      links.push([fragment, '/dev/null'])
      break
    case 'empty':
      files.push([fragment, random.pick(['', '\n', '#\n'])])
      break
    case 'long':
      files.push([fragment, `${complete}${longLine(random)}Environment=LAST=1\n`])
      break
    default:
      files.push([fragment, complete])
      if (fragment !== asked && random.chance(0.2)) files.push([asked, random.pick([complete, ''])])
  }
}

const complete = '[Service]\nType=oneshot\nExecStart=/bin/echo own\nEnvironment=OWN=1\n'

/** The name that is asked for is a link to the unit, or the unit has one more name. */
const addAlias = (random: Random, family: Family, files: Files, links: Files): void => {
  const { fragment, asked } = family
  const other = fragment.replace(/^g/, 'h')
  const isOther = random.chance(0.5) && hasFolder(fragment)
  const [own, alias] = isOther ? [fragment, other] : [other, fragment]
  if (random.chance(0.1)) links.push([own, '/dev/null'])
  else files.push([own, random.chance(0.9) ? complete : ''])
  links.push([alias, own])
  if (fragment !== asked && random.chance(0.2)) links.push([asked, fragment])
  for (const name of [other, asked.replace(/^g/, 'h')])
    if (random.chance(0.5) && hasFolder(name))
      addDropIn(random, `${name}.d/${random.pick(dropInNames)}`, files, links)
}

/** 1 MiB is the end of what systemd reads as one line. */
const longLine = (random: Random): string => {
  const most = 1024 * 1024 + random.pick([-1, 0, 1])
  const begin = random.pick(['Environment=A=', '# ', 'Environment=A=\\\n', '# \\\n'])
  const text = begin + 'x'.repeat(Math.max(0, most - begin.length))
  return `${random.chance(0.3) ? `${text.slice(0, 1000)}\\\n${text.slice(1000)}` : text}\n`
}

const dropInNames = [
  '10.conf',
  '10.conf',
  '15-b.conf',
  '20-type.conf',
  '30.conf',
  'Z.conf',
  'a.b.conf',
  '.hidden.conf',
  '.conf',
  '40.conf~',
  '40.conf.bak',
  'readme',
  '5\u00e4.conf',
]

const addDropIn = (random: Random, path: string, files: Files, links: Files): void => {
  const section = random.pick(['Service', 'Service', 'Unit'])
  switch (random.pick(['mask', 'empty', ...Array(8).fill('lines')])) {
    case 'mask':
      links.push([path, '/dev/null'])
      break
    case 'empty':
      files.push([path, ''])
      break
    default:
      files.push([path, `[${section}]\n${dropInLines(random, path)}`])
  }
}

/** They tell from which folder they come, in lists and in single values; some forget what was there. */
const dropInLines = (random: Random, path: string): string => {
  const mark = path.replace(/[^\w-]/g, (character) => `_${character.charCodeAt(0)}`).slice(0, 60)
  const lines = [
    `Environment="FROM${random.between(1, 3)}=${mark}"`,
    'Environment=',
    `UnsetEnvironment=${random.pick(['FROM1', 'A B'])}`,
    `ExecStart=/bin/echo ${mark}`,
    `ExecStart=\nExecStart=/bin/echo ${mark}`,
    `Description=${mark} %n %N %p %i %j`,
    `Wants=${mark.slice(0, 30)}.service x@.service`,
    'Wants=',
    `ReadOnlyPaths=/${mark}`,
    'ReadOnlyPaths=',
    `SuccessExitStatus=${random.between(1, 250)}`,
    'Bogus=1',
    'ExecStart=relative/x',
    `[Unit]\nDocumentation=man:${mark}(1)`,
    '[Unit]\nDocumentation=',
    'no assignment',
    '[broken',
  ]
  return Array.from({ length: random.between(1, 4) }, () => `${random.pick(lines)}\n`).join('')
}

const addDependency = (random: Random, folder: string, files: Files, links: Files): void => {
  const path = `${folder}/${random.pick(dependencyNames)}`
  const kind = random.pick(['link', 'link', 'link', 'mask', 'other', 'nothing', 'file', 'empty'])
  if (kind === 'file') files.push([path, '[Service]\n'])
  else if (kind === 'empty') files.push([path, ''])
  else links.push([path, targets[kind] ?? `../${path.slice(folder.length + 1)}`])
}

const targets: Readonly<Record<string, string>> = {
  mask: '/dev/null',
  other: '../service.d/20-type.conf',
  nothing: '../nothing.service',
}

const dependencyNames = [
  'gdep.service',
  'gdep.socket',
  'gdep@.service',
  'gdep@i.service',
  'gdep@.slice',
  'gdep.bogus',
  'gdep.service.bak',
  '.gdep.service',
]

/** What is written last under a name stays; a link gives way to a file. */
const unique = (entries: Files, others: Files = []): Files => {
  const taken = new Set(others.map(([path]) => path))
  return [...new Map(entries)].filter(([path]) => !taken.has(path))
}
