/** The page of all directives, made from the table that gitproc itself reads. */
import type { Alias, Directive } from '../src/units/directive.ts'
import { aliases, collections } from '../src/units/directives/aliases.ts'
import { findDirective } from '../src/units/directives/find.ts'
import { sectionTables } from '../src/units/directives/tables.ts'
import { markdownTable } from './markdown-table.ts'

export const directivePage = (): string =>
  [
    '# Directives',
    '',
    'Made from the table of directives by `npm run docs`; edit `src/units/directives/` instead of this page.',
    '',
    '- **enforced**: gitproc does what the man page says.',
    '- **accepted**: it means nothing here and does no harm.',
    '- **unsupported**: gitproc does not do it, and says so in `verify`, `plan` and `status`.',
    '',
    'A changed directive is applied **live** (nothing restarts), by **reload**, or by **restart**; the others touch nothing.',
    ...Object.entries(sectionTables).flatMap(([section, table]) => sectionLines(section, table)),
    '',
  ].join('\n')

interface PageRow {
  readonly name: string
  readonly directive: Directive<unknown>
  readonly note: string
}

const sectionLines = (
  section: string,
  table: Readonly<Record<string, Directive<unknown>>>,
): readonly string[] => {
  const own = Object.entries(table)
    .filter(([name]) => !Object.hasOwn(collections, `${section}.${name}`))
    .map(([name, directive]): PageRow => ({ name, directive, note: directive.note ?? '' }))
  const spelled = Object.entries(aliases)
    .filter(([name]) => name.startsWith(`${section}.`))
    .flatMap(([name, alias]) => aliasRow(section, name.slice(section.length + 1), alias))
  const rows = [...own, ...spelled].sort((a, b) => (a.name < b.name ? -1 : 1))
  const shared = section === 'Service' ? [] : rows.filter(({ directive }) => inService.has(directive))
  return [
    '',
    `## [${section}]`,
    '',
    ...(shared.length === 0 ? [] : [`Besides, ${shared.length} directives as in [Service].`, '']),
    ...markdownTable(
      ['Directive', 'Support', 'Note', 'Change', 'Man page'],
      rows.filter((row) => !shared.includes(row)).map(cells),
    ),
  ]
}

/** Rows that sockets, mounts and slices share with services are printed there alone. */
const inService: ReadonlySet<unknown> = new Set(Object.values(sectionTables.Service))

const cells = ({ name, directive, note }: PageRow): readonly string[] => [
  `\`${name}=\``,
  directive.support,
  note,
  directive.change,
  directive.man,
]

const aliasRow = (section: string, name: string, alias: Alias): readonly PageRow[] => {
  const [home = '', key = ''] = alias.assigns[0]!.split('.')
  const directive = findDirective(home, key)
  if (directive === undefined) return []
  const isCollected = Object.hasOwn(collections, alias.assigns[0]!)
  const stands = isCollected ? [] : [`stands for ${alias.assigns.map(written(section)).join(' and ')}`]
  const note = [...stands, ...(directive.note === undefined ? [] : [directive.note])].join('; ')
  return [{ name, directive, note }]
}

const written =
  (section: string) =>
  (name: string): string => {
    const [home, key] = name.split('.')
    return home === section ? `\`${key}=\`` : `\`[${home}] ${key}=\``
  }
