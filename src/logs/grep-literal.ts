/**
 * Finds text that every match of a pattern must contain, so that a scan of gigabytes can look for it without making
 * lines of them. Pure, and careful: where it is not sure it finds nothing, and the scan is slower.
 */

/** Too short a text is found everywhere. */
const minLength = 2

export const requiredLiteral = (pattern: RegExp): Buffer | undefined => {
  if (pattern.ignoreCase || pattern.unicodeSets) return undefined
  // Alternatives, groups and lookarounds may make any part optional.
  if (/[|()]/.test(pattern.source)) return undefined
  // Escapes of more than one character, which would have to be read as a whole.
  if (/\\[xuckpP0-9]/.test(pattern.source)) return undefined
  const longest = literalsOf(pattern.source).reduce((a, b) => (b.length > a.length ? b : a), '')
  return longest.length >= minLength ? Buffer.from(longest) : undefined
}

/** One atom: a class, an escape, or a character; then what says how often. */
const atoms = /(?<set>\[(?:\\.|[^\]\\])*\])|\\(?<escaped>.)|(?<plain>[^\\[])/gsu
const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/u

const literalsOf = (source: string): readonly string[] => {
  const found: string[] = []
  let run = ''
  const endRun = (): void => {
    found.push(run)
    run = ''
  }
  for (let at = 0; at < source.length; ) {
    atoms.lastIndex = at
    const atom = atoms.exec(source)
    if (atom === null || atom.index !== at) return []
    at += atom[0].length
    const count = quantifier.exec(source.slice(at))?.[0] ?? ''
    at += count.length
    const character = literalOf(atom.groups ?? {})
    if (character !== undefined && count === '') run += character
    else endRun()
  }
  endRun()
  return found
}

/** Only what is itself and nothing else: ASCII, or an escaped punctuation character. */
const literalOf = ({ escaped, plain }: Record<string, string | undefined>): string | undefined => {
  if (plain !== undefined) return /^[ -~]$/.test(plain) && !/[.^$*+?{}\]]/.test(plain) ? plain : undefined
  return escaped !== undefined && /^[!-/:-@[-`{-~]$/.test(escaped) ? escaped : undefined
}
