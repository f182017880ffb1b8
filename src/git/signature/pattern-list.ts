/** Lists of patterns as ssh_config(5) has them: `*`, `?`, and `!` for what shall not match. */

/** True where one pattern matches and no negated one does. */
export const matchesPatternList = (text: string, list: string): boolean => {
  const patterns = list.split(',').map((pattern) => pattern.trim())
  const matches = (pattern: string): boolean => expression(pattern).test(text)
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern))
}

const expression = (pattern: string): RegExp => {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  // Stars in a row mean one: as many `.*` would take ages to say no.
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replaceAll('?', '.')}$`, 's')
}
