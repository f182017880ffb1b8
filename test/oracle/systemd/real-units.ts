/** Unit files as packages ship them: this host's own, and the oracle's where it is there; whole, or their lines mixed anew. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { decodeBytes } from '../../../src/base/lossless-text.ts'
import type { Random } from '../random-calendar.ts'
import { hasOracle, oracleFolder } from '../tsv.ts'
import type { UnitCase } from './compare-unit.ts'

/** File name → text. */
export type RealFiles = ReadonlyMap<string, string>

const unitTypes = ['service', 'socket', 'timer', 'path', 'slice'] as const

export const realFiles = (): RealFiles => {
  const folders = ['/lib/systemd/system', ...(hasOracle() ? [join(oracleFolder, 'corpus', 'public')] : [])]
  const paths = folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && unitTypes.some((type) => entry.name.endsWith(`.${type}`)))
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  return new Map(paths.map((path) => [basename(path), decodeBytes(readFileSync(path))]))
}

/** Templates as an instance. */
export const realUnits = (files: RealFiles): readonly UnitCase[] =>
  [...files].map(([path, text]) => ({ name: path.replace('@.', '@15-main.'), files: [[path, text]] }))

/** Section → its lines, of all files. */
type LinesBySection = ReadonlyMap<string, readonly string[]>

export const realLines = (files: RealFiles): LinesBySection => {
  const lines = new Map<string, string[]>()
  for (const text of files.values()) {
    let section = ''
    for (const line of text.replaceAll('\\\n', '').split('\n')) {
      const header = /^\[(\w+)\]/.exec(line)?.[1]
      section = header ?? section
      if (header === undefined && /^\w+\s*=/.test(line))
        lines.set(section, [...(lines.get(section) ?? []), line])
    }
  }
  return lines
}

const sections = {
  service: 'Service',
  socket: 'Socket',
  timer: 'Timer',
  path: 'Path',
  slice: 'Slice',
} as const

export const mixedUnit = (random: Random, number: number, lines: LinesBySection): UnitCase => {
  const type = random.chance(0.7) ? 'service' : random.pick(unitTypes)
  const template = `m${String(number).padStart(5, '0')}${random.chance(0.15) && type !== 'slice' ? '@' : ''}.${type}`
  const some = (section: string, most: number): string =>
    Array.from(
      { length: random.between(1, most) },
      () => `${random.pick(lines.get(section) ?? ['#'])}\n`,
    ).join('')
  const text = `[Unit]\n${some('Unit', 5)}[${sections[type]}]\n${some(sections[type], 16)}`
  return {
    name: template.replace('@.', `@${random.pick(['a', '15-main', 'x\\x2dy'])}.`),
    files: [[template, text]],
  }
}
