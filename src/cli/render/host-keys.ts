/** Host keys as people compare them: by fingerprint. */
import { fingerprint, type HostKey } from '../../git/remote/known-hosts.ts'

export const hostKeyLines = (keys: readonly HostKey[]): readonly string[] => {
  const host = Math.max(...keys.map((key) => key.host.length))
  const type = Math.max(...keys.map((key) => key.type.length))
  return keys.map((key) => `  ${key.host.padEnd(host)}  ${key.type.padEnd(type)}  ${fingerprint(key)}`)
}
