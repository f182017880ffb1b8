/** Lines that hold exactly as much as the screen does. Pure. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room on the line
const colour = /(\x1b\[[\d;]*m)/

/** Cuts a painted line to a width; colours stay balanced. */
export const fit = (line: string, width: number): string => {
  let room = width
  let isCut = false
  const parts = line.split(colour).map((part, index) => {
    if (index % 2 === 1) return part
    const letters = [...part]
    const shown = letters.slice(0, room)
    isCut ||= shown.length < letters.length
    room -= shown.length
    return shown.join('')
  })
  // Codes after the cut are kept: they end what the ones before it began.
  return isCut ? marked(parts) : parts.join('')
}

/** The last letter that is shown gives way to an ellipsis. */
const marked = (parts: string[]): string => {
  const last = parts.findLastIndex((part, index) => index % 2 === 0 && part !== '')
  if (last === -1) return parts.join('')
  return parts.with(last, `${[...parts[last]!].slice(0, -1).join('')}…`).join('')
}

/** Exactly `count` lines: cut, or filled up with empty ones. */
export const exactly = (lines: readonly string[], count: number): readonly string[] =>
  Array.from({ length: Math.max(0, count) }, (_, index) => lines[index] ?? '')
