/** Reads the right side of a condition: `|!/etc/nologin`. */

const loose = /^(\|[ \t\n\r]*)?(![ \t\n\r]*)?/
const tight = /^(\|)?(!)?/

export interface ConditionText {
  /** `|` */
  readonly trigger: boolean
  /** `!` */
  readonly negate: boolean
  /** What is left, specifiers not yet expanded. */
  readonly parameter: string
}

/** The prefixes come in this order; blanks may follow each, but not before a path. An empty text is the caller's. */
export const parseConditionText = (text: string, isPath = false): ConditionText => {
  const [prefixes = '', trigger, negate] = (isPath ? tight : loose).exec(text) ?? []
  return {
    trigger: trigger !== undefined,
    negate: negate !== undefined,
    parameter: text.slice(prefixes.length),
  }
}
