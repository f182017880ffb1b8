/** `Condition…=` and `Assert…=`: one ordered list of each; any of them, assigned empty, forgets the whole list. */
import { err, ok, type Result } from '../../base/result.ts'
import { parseConditionText } from '../conditions/parse.ts'
import type { ValueContext, ValueType } from '../directive.ts'
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
const conditionKinds: readonly string[] = [...pathKinds, ...booleanKinds, ...otherKinds]

export const conditionDirectives: readonly string[] = conditionKinds.map((kind) => `Condition${kind}`)
export const assertDirectives: readonly string[] = conditionKinds.map((kind) => `Assert${kind}`)

export const conditions: ValueType<readonly Condition[]> = {
  name: 'a condition',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const { trigger, negate, parameter: written } = parseConditionText(text, isPathKind(context.directive))
    const expanded = context.expand(written)
    const parameter = 'problem' in expanded ? err(expanded.problem) : readParameter(context, expanded.text)
    if (!parameter.ok) return { value: previous, problem: { severity: 'error', message: parameter.error } }
    const condition = {
      kind: context.directive,
      trigger,
      negate,
      parameter: parameter.value,
      position: context.position,
    }
    const value = [...(previous ?? []), condition]
    return isUndecidable(condition)
      ? { value, problem: { severity: 'warning', message: `wants yes or no, got "${parameter.value}"` } }
      : { value }
  },
}

const isPathKind = (directive: string): boolean => pathKinds.includes(bareKind(directive))

const bareKind = (directive: string): string => directive.replace(/^(Condition|Assert)/, '')

const readParameter = ({ directive }: ValueContext, text: string): Result<string, string> =>
  isPathKind(directive) ? readAbsolutePath(text) : ok(text)

/** systemd keeps such a condition and finds out at each start that it makes no sense. */
const isUndecidable = ({ kind, parameter }: Condition): boolean =>
  booleanKinds.includes(bareKind(kind)) && parseBoolean(parameter) === undefined
