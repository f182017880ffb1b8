/** Sets of Linux capabilities (capabilities(7)). */
import type { ValueType } from '../directive.ts'
import { splitWords } from '../syntax/words.ts'
import { parseIntegerIn } from './integer.ts'

/** By number, as of Linux 5.9; none was added since. */
export const capabilities: readonly string[] = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN ' +
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE ' +
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
)
  .split(' ')
  .map((name) => `CAP_${name}`)

export const parseCapability = (word: string): string | undefined => {
  const name = word.toUpperCase()
  if (capabilities.includes(name)) return name
  const number = parseIntegerIn(word, { from: 0, to: capabilities.length - 1 })
  return number === undefined ? undefined : capabilities[number]
}

/** Numbers of capabilities that are none yet. */
const isUnnamed = (word: string): boolean =>
  parseIntegerIn(word, { from: capabilities.length, to: 63 }) !== undefined

/**
 * Names in the kernel's order. `~` takes away from all; a list of none, or the first list, replaces what was there, later
 * ones add to it or take from it. `untouched` is what an unset directive stands for.
 */
export const capabilitySet = (untouched: readonly string[]): ValueType<readonly string[]> => ({
  name: 'names of capabilities, with "~" before them to take these away',
  assign: (previous, text) => {
    const isInverted = text.startsWith('~')
    const words = splitWords(isInverted ? text.slice(1) : text, { quotes: true, escapes: true })
    if (words === undefined)
      return { value: previous, problem: { severity: 'error', message: 'a quote is opened and not closed' } }
    const problems = words
      .filter((word) => parseCapability(word) === undefined && !isUnnamed(word))
      .map((word) => ({ severity: 'warning' as const, message: `knows no capability "${word}"` }))
    const named = new Set(words.flatMap((word) => parseCapability(word) ?? []))
    const before = previous ?? untouched
    const isReplaced = (named.size === 0 && !words.some(isUnnamed)) || before.length === untouched.length
    const base = isReplaced ? (isInverted ? capabilities : []) : before
    const has = (name: string): boolean =>
      isInverted ? base.includes(name) && !named.has(name) : base.includes(name) || named.has(name)
    return { value: capabilities.filter(has), problems }
  },
  print: (names) => names.join(' '),
})

export const boundingSet = capabilitySet(capabilities)
export const ambientSet = capabilitySet([])
