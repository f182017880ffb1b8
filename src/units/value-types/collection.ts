/** Directives of several names whose values are kept together, in the order written, under a name that no file may use. */
import type { ValueType } from '../directive.ts'

export const collection = <T>(kinds: readonly string[], type: ValueType<T>): ValueType<T> => ({
  ...type,
  assign: (previous, text, context) =>
    kinds.includes(context.directive)
      ? type.assign(previous, text, context)
      : {
          value: previous,
          problem: {
            severity: 'warning',
            code: 'unknown-directive',
            message: 'is no directive; the line is ignored',
          },
        },
})
