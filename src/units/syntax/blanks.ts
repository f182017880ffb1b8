/** What systemd calls white space: blank, tab and line ends. JavaScript's own trim would take a no-break space too. */
export const blanks = ' \t\n\r'

export const isBlank = (character: string | undefined): boolean =>
  character !== undefined && blanks.includes(character)

/** How many blanks stand at `start` and after. */
export const countBlanks = (text: string, start = 0): number => {
  let at = start
  while (at < text.length && isBlank(text[at])) at += 1
  return at - start
}

/** Without what C's `isspace()` takes for space at the beginning, as its functions that read numbers skip it. */
export const withoutLeadingSpace = (text: string): string => text.replace(/^[ \t\n\v\f\r]+/, '')

export const trimEnd = (text: string): string => {
  let end = text.length
  while (end > 0 && isBlank(text[end - 1])) end -= 1
  return text.slice(0, end)
}
