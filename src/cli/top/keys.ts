/** Names of keys, from what node:readline makes of a terminal's bytes. Pure. */
import type { Key } from 'node:readline'

/** `a`, `G`, `?`, `up`, `pagedown`, `return`, `f1`, `ctrl+c`; empty for what has no name here. */
export const keyName = (text: string | undefined, { name, ctrl, meta, sequence }: Key): string => {
  if (name === 'enter') return 'return'
  if (ctrl === true) return name === undefined ? '' : `ctrl+${name}`
  // A lone Escape is meant as such; with another key it is Alt.
  if (name === 'escape') return 'escape'
  if (meta === true) return ''
  const isPrintable = text !== undefined && /^[^\p{C}]$/u.test(text)
  if (isPrintable) return text
  return name ?? sequence ?? ''
}
