/** Output of services on a terminal: what would move the cursor, ring or recolour is shown, not obeyed. Pure. */

/** C0 but for tab, DEL, C1; and the marks that turn the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const harmful = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** SGR sequences alone (colour, bold) do no harm, and services mean them to be seen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const colours = /(\u001b\[[0-9;:]*m)/u

export const harmless = (text: string, keepColours: boolean): string => {
  if (text.search(harmful) === -1) return text
  const line = text.endsWith('\r') ? text.slice(0, -1) : text
  if (!keepColours)
    return line
      .split(colours)
      .filter((_, i) => i % 2 === 0)
      .map(escaped)
      .join('')
  const parts = line.split(colours)
  const shown = parts.map((part, i) => (i % 2 === 0 ? escaped(part) : part)).join('')
  return parts.length > 1 ? `${shown}\u001b[0m` : shown
}

const escaped = (text: string): string =>
  text.replace(harmful, (character) => {
    const code = character.codePointAt(0)!
    return code < 0x20
      ? `^${String.fromCharCode(code + 0x40)}`
      : code === 0x7f
        ? '^?'
        : `\\u${code.toString(16).padStart(4, '0')}`
  })
