/** How things look: colours, and what the terminal allows. All of rendering is pure and gets this as a value. */

export interface Look {
  /** Columns to fill, at least 80. */
  readonly width: number
  readonly hasColor: boolean
  /** Timestamps in UTC instead of ages and local times. */
  readonly isUtc: boolean
  readonly nowMs: number
}

export type Style = 'good' | 'bad' | 'busy' | 'quiet' | 'strong'

const codes: Readonly<Record<Style, readonly [number, number]>> = {
  good: [32, 39],
  bad: [31, 39],
  busy: [33, 39],
  quiet: [2, 22],
  strong: [1, 22],
}

export const paint = ({ hasColor }: Pick<Look, 'hasColor'>, style: Style, text: string): string => {
  const [on, off] = codes[style]
  return hasColor && text !== '' ? `\x1b[${on}m${text}\x1b[${off}m` : text
}

/** Text from elsewhere (commit messages, reasons) must not steer the terminal. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  text.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ')

/** Cuts to a width and says so by an ellipsis. */
export const clipped = (text: string, width: number): string => {
  const letters = [...text]
  return letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`
}

/** Breaks at spaces; a word that is longer than the width stays whole, so that a path can be copied. */
export const wrapped = (text: string, width: number): readonly string[] => {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
