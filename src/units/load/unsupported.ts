/** Says of every directive in force that gitproc does not do it, where it does not. */
import type { Diagnostic } from '../../base/diagnostic.ts'
import { parseDirectiveName, type SectionValues, tableOf } from './section-values.ts'

export const unsupportedDirectives = (values: SectionValues): readonly Diagnostic[] =>
  values.origins().flatMap((origin) => {
    const { section, key } = parseDirectiveName(origin.directive)
    const directive = tableOf(section)?.[key]
    if (directive?.support !== 'unsupported' || isOff(values.get(section, key), directive.default)) return []
    return [
      {
        position: origin.position,
        severity: 'warning' as const,
        code: 'not-supported',
        message: `${origin.key ?? key}= is not supported, ${directive.note ?? 'the service runs without it'}`,
        man: directive.man,
      },
    ]
  })

/** A directive set to what it is without being set asks for nothing. */
const isOff = (value: unknown, byDefault: unknown): boolean =>
  value === undefined ||
  value === false ||
  value === 'no' ||
  (Array.isArray(value) && value.length === 0) ||
  value === byDefault
