/** The text behind a unit: its files as they are, or the assignments that are in force. */
import type { FileTree } from '../../base/file-tree.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { type Look, paint, printable } from './style.ts'

/** Each file under its name, in the order in which they apply. */
export const unitFiles = (unit: LoadedUnit, tree: FileTree, look: Look): readonly string[] =>
  [...(unit.fragment === undefined ? [] : [unit.fragment]), ...unit.dropIns].flatMap((path, index) => [
    ...(index === 0 ? [] : ['']),
    paint(look, 'quiet', `# ${path}`),
    ...textOf(path, tree),
  ])

const textOf = (path: string, tree: FileTree): readonly string[] => {
  const entry = tree.get(path)
  if (entry === undefined) return []
  if (entry.kind === 'link') return [`# link to ${entry.target}`]
  const text = new TextDecoder().decode(entry.bytes)
  return (text.endsWith('\n') ? text.slice(0, -1) : text)
    .split('\n')
    .map((line) => line.replaceAll('\x1b', '?'))
}

/** Sections in order of first use; beside each assignment the place that it comes from. */
export const renderMerged = (unit: LoadedUnit, look: Look): readonly string[] => {
  const sections = new Map<string, string[]>()
  for (const { directive, key: written, text, position } of unit.origins) {
    const [section = '', key = ''] = directive.split('.', 2)
    const origin = paint(look, 'quiet', `  # ${position.file}:${position.line}`)
    const lines = sections.get(section) ?? []
    sections.set(section, [...lines, `${written ?? key}=${printable(text)}${origin}`])
  }
  return [...sections].flatMap(([section, lines], index) => [
    ...(index === 0 ? [] : ['']),
    `[${section}]`,
    ...lines,
  ])
}
