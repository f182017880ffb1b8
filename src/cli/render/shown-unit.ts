/** A unit's properties and dependencies: lines for a person, or the form that systemd's own answers have. */
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import type { ShownUnit } from '../../units/show/show-unit.ts'
import { type Look, paint, printable } from './style.ts'

export const renderShown = (unit: LoadedUnit, shown: ShownUnit, look: Look): readonly string[] => [
  paint(look, 'strong', unit.name),
  `LoadState=${unit.loadState}`,
  ...Object.entries(shown.properties).map(([name, value]) => `${name}=${printable(valueText(value))}`),
  ...Object.entries(shown.dependencies).flatMap(([kind, { all }]) =>
    all.length === 0 ? [] : [`${kind}=${all.join(' ')}`],
  ),
]

const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? '')

export const shownForm = (unit: LoadedUnit, shown: ShownUnit): object => ({
  unit: unit.template ?? unit.name,
  loaded_as: unit.name,
  load_state: unit.loadState,
  own_dropins: unit.dropIns,
  messages: unit.diagnostics.map(message),
  ...shown,
})

/** As syslog(3) numbers them. */
const priorities: Readonly<Record<Diagnostic['severity'], number>> = { error: 3, warning: 4, hint: 6 }

const message = ({ position, severity, message: text }: Diagnostic): object => ({
  file: position.file,
  line: position.line,
  priority: priorities[severity],
  message: text,
})
