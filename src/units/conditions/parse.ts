/** Reads the right side of a condition: `|!/etc/nologin`. */

export interface ConditionText {
  /** `|` */
  readonly trigger: boolean
  /** `!` */
  readonly negate: boolean
  /** What is left, specifiers not yet expanded. */
  readonly parameter: string
}

/** The prefixes come in this order, blanks may follow each. An empty text is a reset, which the caller has seen to. */
export const parseConditionText = (text: string): ConditionText => {
  const [prefixes = '', trigger, negate] = /^(\|[ \t\n\r]*)?(![ \t\n\r]*)?/.exec(text) ?? []
  return {
    trigger: trigger !== undefined,
    negate: negate !== undefined,
    parameter: text.slice(prefixes.length),
  }
}
