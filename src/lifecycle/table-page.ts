/** The table as a page of the docs: printed from the code, so that it can't be wrong. */
import { activeStateOf } from './active-state.ts'
import { type EventKind, eventKinds } from './events.ts'
import { serviceTable } from './service.ts'
import { type SubState, subStates } from './sub-state.ts'

const head = `# The life of a service

What happens to a service is decided by one table: \`src/lifecycle/service.ts\`. This page is printed from it by
\`printTablePage\`; \`node test/lifecycle/table-page.test.ts --write\` renews it. States are systemd's sub-states. A cell is
the name of the function that decides; an event that a state does not list is ignored there.
`

/** `source`: the text of service.ts, whose first comment has the diagram and what is guaranteed in each state. */
export const printTablePage = (source: string): string =>
  [head, printComment(source), ...subStates.map(printRow), printEvents()].join('\n')

/** The parts of the comment that are drawn, as they are; the sentences between them as text. */
function printComment(source: string): string {
  const lines = source.slice(source.indexOf('/**') + 3, source.indexOf('*/')).split('\n')
  const plain = lines.map((line) => line.replace(/^ \* ?/, '').trimEnd())
  const first = plain.findIndex((line) => line.startsWith('    '))
  return `${plain.slice(first).join('\n').trimEnd()}\n`
}

function printRow(state: SubState): string {
  const cells = eventKinds.filter((kind) => serviceTable[state][kind] !== undefined)
  const rows = cells.map((kind) => [kind, cellName(state, kind)] as const)
  return `## ${state} (${activeStateOf(state)})\n\n${printTable([['event', 'decided by'], ...rows])}\n`
}

const cellName = (state: SubState, kind: EventKind): string => serviceTable[state][kind]?.name ?? ''

function printEvents(): string {
  const rows = eventKinds.map((kind) => [kind, heardIn(kind)] as const)
  return `## Events and where they count\n\n${printTable([['event', 'states'], ...rows])}\n`
}

const heardIn = (kind: EventKind): string =>
  subStates.filter((state) => serviceTable[state][kind] !== undefined).join(', ')

/** Aligned, as the formatter of the repository would have it. */
function printTable([head, ...rows]: readonly (readonly [string, string])[]): string {
  const all = head === undefined ? rows : [head, ...rows]
  const widths = [0, 1].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]) =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(head ?? []), rule, ...rows.map(line)].join('\n')
}
