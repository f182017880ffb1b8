/** Sets of exit statuses and signals: `SuccessExitStatus=` and its kin (names of systemd.exec(5)). */
import { err, ok, type Result } from '../../base/result.ts'
import type { ValueType } from '../directive.ts'
import { splitWords } from '../syntax/words.ts'
import type { ExitStatusSet } from '../values.ts'
import { parseIntegerIn } from './integer.ts'
import { parseSignal } from './signal.ts'

/** sysexits.h, LSB, and what systemd itself exits with before a program runs. */
export const exitStatusNames: Readonly<Record<string, number>> = {
  SUCCESS: 0,
  FAILURE: 1,
  INVALIDARGUMENT: 2,
  NOTIMPLEMENTED: 3,
  NOPERMISSION: 4,
  NOTINSTALLED: 5,
  NOTCONFIGURED: 6,
  NOTRUNNING: 7,
  ...numbered(
    64,
    'USAGE DATAERR NOINPUT NOUSER NOHOST UNAVAILABLE SOFTWARE OSERR OSFILE CANTCREAT IOERR TEMPFAIL PROTOCOL NOPERM CONFIG',
  ),
  ...numbered(
    200,
    'CHDIR NICE FDS EXEC MEMORY LIMITS OOM_ADJUST SIGNAL_MASK STDIN STDOUT CHROOT IOPRIO TIMERSLACK SECUREBITS SETSCHEDULER CPUAFFINITY GROUP USER CAPABILITIES CGROUP SETSID CONFIRM STDERR',
  ),
  ...numbered(
    224,
    'PAM NETWORK NAMESPACE NO_NEW_PRIVILEGES SECCOMP SELINUX_CONTEXT PERSONALITY APPARMOR ADDRESS_FAMILIES RUNTIME_DIRECTORY',
  ),
  ...numbered(
    235,
    'CHOWN SMACK_PROCESS_LABEL KEYRING STATE_DIRECTORY CACHE_DIRECTORY LOGS_DIRECTORY CONFIGURATION_DIRECTORY NUMA_POLICY CREDENTIALS BPF',
  ),
  EXCEPTION: 255,
}

function numbered(first: number, names: string): Record<string, number> {
  return Object.fromEntries(names.split(' ').map((name, at) => [name, first + at]))
}

type Member = { readonly status: number } | { readonly signal: string }

const parseMember = (word: string): Result<Member, string> => {
  const status = Object.hasOwn(exitStatusNames, word)
    ? exitStatusNames[word]
    : parseIntegerIn(word, { from: 0, to: 255 })
  if (status !== undefined) return ok({ status })
  const signal = parseSignal(word)
  return signal === undefined ? err(word) : ok({ signal })
}

const name = 'exit statuses (0 to 255, or names) and signals'

export const exitStatusSet: ValueType<ExitStatusSet> = {
  name,
  assign: (previous, text) => {
    if (text === '') return { value: undefined }
    const members = (splitWords(text, { quotes: false, escapes: false }) ?? []).map(parseMember)
    const statuses = members.flatMap((each) => (each.ok && 'status' in each.value ? [each.value.status] : []))
    const signals = members.flatMap((each) => (each.ok && 'signal' in each.value ? [each.value.signal] : []))
    const problems = members.flatMap((each) =>
      each.ok ? [] : [{ severity: 'error' as const, message: `wants ${name}, got "${each.error}"` }],
    )
    if (statuses.length + signals.length === 0) return { value: previous, problems }
    const value = {
      statuses: merged(previous?.statuses, statuses),
      signals: merged(previous?.signals, signals),
    }
    return { value, problems }
  },
  print: ({ statuses, signals }) => [...statuses, ...signals].join(' '),
}

const merged = <T>(earlier: readonly T[] | undefined, later: readonly T[]): readonly T[] => [
  ...new Set([...(earlier ?? []), ...later]),
]
