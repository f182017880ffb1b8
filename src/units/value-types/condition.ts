/** `Condition…=` and `Assert…=`: one ordered list of each; any of them, assigned empty, forgets the whole list. */
import type { ValueType } from '../directive.ts'
import type { Condition } from '../values.ts'
import { parseBoolean } from './boolean.ts'
import { readAbsolutePath } from './path.ts'

/** Their parameter is an absolute path. */
const pathKinds =
  'PathExists PathExistsGlob PathIsDirectory PathIsSymbolicLink PathIsMountPoint PathIsReadWrite PathIsEncrypted DirectoryNotEmpty FileNotEmpty FileIsExecutable NeedsUpdate'.split(
    ' ',
  )
const booleanKinds = ['FirstBoot', 'ACPower']
const otherKinds =
  'Architecture Firmware Virtualization Host KernelCommandLine KernelVersion Credential Security Capability Memory CPUFeature CPUs Environment User Group ControlGroupController OSRelease MemoryPressure CPUPressure IOPressure'.split(
    ' ',
  )

/** `PathExists`, …: what follows `Condition` or `Assert`. */
export const conditionKinds: readonly string[] = [...pathKinds, ...booleanKinds, ...otherKinds]

export const conditions: ValueType<readonly Condition[]> = {
  name: 'a condition',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const [, marks = '', written = ''] = /^(\|?[ \t]*!?)[ \t]*(.*)$/s.exec(text)!
    const expanded = context.expand(written)
    if ('problem' in expanded)
      return { value: previous, problem: { severity: 'error', message: expanded.problem } }
    const kind = context.directive
    const parameter = readParameter(kind.replace(/^(Condition|Assert)/, ''), expanded.text)
    if (typeof parameter !== 'string')
      return { value: previous, problem: { severity: 'error', message: parameter.message } }
    const condition = {
      kind,
      trigger: marks.includes('|'),
      negate: marks.includes('!'),
      parameter,
      position: context.position,
    }
    return { value: [...(previous ?? []), condition] }
  },
}

const readParameter = (kind: string, text: string): string | { readonly message: string } => {
  if (pathKinds.includes(kind)) {
    const path = readAbsolutePath(text)
    return path.ok ? path.value : { message: path.error }
  }
  if (booleanKinds.includes(kind) && parseBoolean(text) === undefined)
    return { message: `wants yes or no, got "${text}"` }
  return text
}
