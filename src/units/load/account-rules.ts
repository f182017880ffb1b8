/** Users and groups that a service names must be there, where the host can list its accounts. */
import { nearest } from '../../base/nearest.ts'
import type { Target } from './apply-file.ts'
import type { BrokenRule } from './service-rules.ts'

/** Errors that don't refuse the unit for systemd, which finds out only when it starts the service. */
export const accountProblems = ({ type, isTemplate, values, host }: Target): readonly BrokenRule[] => {
  if (type !== 'service' || isTemplate || values.get('Service', 'DynamicUser') === true) return []
  return [
    ...unknown('User', values.get('Service', 'User'), host.users),
    ...unknown('Group', values.get('Service', 'Group'), host.groups),
  ]
}

/** A number needs no account. An empty list of accounts is one that could not be read. */
const unknown = (
  key: 'User' | 'Group',
  name: unknown,
  known: ReadonlyMap<string, unknown>,
): readonly BrokenRule[] => {
  if (typeof name !== 'string' || name === '' || known.size === 0 || known.has(name) || /^[0-9]+$/.test(name))
    return []
  const near = nearest(name, known.keys())
  return [
    {
      key,
      severity: 'error',
      code: 'unknown-account',
      message: `${key}= names "${name}", and this host has no such ${key.toLowerCase()}`,
      ...(near === undefined ? {} : { suggestion: `${key}=${near}` }),
    },
  ]
}
