/** A sentence below the table of `gitproc status`, with the command that helps where there is room for it. */
import { type Look, paint, printable, type Style, wrapped } from './style.ts'

/** `!` wants a person, `*` is good to know. */
export const attentionLine = (
  sign: '!' | '*',
  style: Style,
  text: string,
  remedy: string | undefined,
  look: Look,
): readonly string[] => {
  const lines = wrapped(printable(text), look.width - 4).map(
    (line, index) => `${index === 0 ? `  ${paint(look, style, sign)} ` : '    '}${line}`,
  )
  const last = lines.at(-1)!
  if (remedy === undefined) return lines
  const isRoom = visibleLength(last) + 3 + remedy.length <= look.width
  return isRoom ? [...lines.slice(0, -1), `${last}   ${remedy}`] : [...lines, `    ${remedy}`]
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room on the line
export const visibleLength = (text: string): number => [...text.replace(/\x1b\[\d+m/g, '')].length
