/** The page that says what gitproc does not do of what real unit files ask for: directive → files that use it. */
import type { FileTree } from '../src/base/file-tree.ts'
import { aliases } from '../src/units/directives/aliases.ts'
import { findDirective } from '../src/units/directives/find.ts'
import { parseUnitFile } from '../src/units/syntax/parse.ts'
import { markdownTable } from './markdown-table.ts'

/** Trees of unit files, one for each package. */
export const corpusGapPage = (trees: readonly FileTree[]): string => {
  const files = trees.flatMap((tree) => [...tree])
  const used = files.flatMap(([path, entry]) => (entry.kind === 'file' ? unenforced(path, entry.bytes) : []))
  const counts = Map.groupBy(used, (name) => name)
  const rows = [...counts]
    .map(([name, uses]) => ({ name, files: uses.length }))
    .sort((a, b) => b.files - a.files || (a.name < b.name ? -1 : 1))
  const total = files.filter(([, { kind }]) => kind === 'file').length
  return [
    '# What real unit files ask for and gitproc does not do',
    '',
    `Made by \`npm run docs\` from ${total} unit files and drop-ins as ${trees.length} packages of Debian 12 ship them.`,
    'gitproc reads each of these directives, checks its value, and says of each that it is not enforced.',
    '',
    ...markdownTable(
      ['Directive', 'Files', 'Instead'],
      rows.map(({ name, files: count }) => [written(name), String(count), noteOf(name)]),
    ),
    '',
  ].join('\n')
}

/** Names of the directives of one file that are not supported, each once. */
const unenforced = (path: string, bytes: Uint8Array): readonly string[] => {
  const { sections } = parseUnitFile(path, bytes)
  const names = sections.flatMap(({ name, assignments }) =>
    assignments.flatMap(({ key }) => aliases[`${name}.${key}`]?.assigns ?? [`${name}.${key}`]),
  )
  return [...new Set(names)].filter((name) => directiveOf(name)?.support === 'unsupported')
}

const directiveOf = (name: string) => {
  const [section = '', key = ''] = name.split('.')
  return findDirective(section, key)
}

const written = (name: string): string => {
  const [section, key] = name.split('.')
  return `\`[${section}] ${key}=\``
}

const noteOf = (name: string): string => directiveOf(name)?.note ?? ''
