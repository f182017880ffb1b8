/** Sends signals, each checked against the start time right before: a pid that was given out anew is not hit. */
import { GitprocError } from '../base/error.ts'
import type { ProcessId } from '../base/process-id.ts'
import { isAlive } from './proc.ts'
import { signalNumber } from './signal-names.ts'
import type { TrackedUnit } from './tracked-unit.ts'

/** Node has no pidfd: between the check and the signal a few microseconds remain. */
export function sendSignal(target: ProcessId, signal: string): void {
  const number = signalNumber(signal)
  if (number === undefined)
    throw new GitprocError('executor/unsupported', `${JSON.stringify(signal)} is no signal`)
  if (!isAlive(target)) return
  try {
    process.kill(target.pid, number)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return
    throw new GitprocError('executor/unsupported', `${signal} may not be sent to process ${target.pid}`, {
      cause,
      remedy: 'run gitproc as root, or as the user of that process',
    })
  }
}

/** Sends to all that `list` finds, again and again until SIGKILL or SIGSTOP has met everybody: they may fork meanwhile. */
export function sendSignalToAll(list: () => readonly ProcessId[], signal: string): void {
  const rounds = signal === 'SIGKILL' || signal === 'SIGSTOP' ? 50 : 1
  const seen = new Set<string>()
  for (let round = 0; round < rounds; round += 1) {
    const found = list().filter((member) => !seen.has(`${member.pid} ${member.startTicks}`))
    if (found.length === 0) return
    for (const member of found) {
      seen.add(`${member.pid} ${member.startTicks}`)
      sendSignal(member, signal)
    }
  }
}

/** To every process of the unit. */
export function signalUnit(unit: TrackedUnit | undefined, signal: string): void {
  if (unit === undefined || (signal === 'SIGKILL' && unit.cgroup?.kill())) return
  sendSignalToAll(() => unit.members(signal === 'SIGKILL' ? 'fresh' : 'recent'), signal)
}

/** Processes that come while others are being stopped are stopped as well: by the cgroup at once, otherwise in rounds. */
export function freezeUnit(unit: TrackedUnit | undefined, isFrozen: boolean): void {
  if (unit === undefined || unit.cgroup?.freeze(isFrozen)) return
  sendSignalToAll(() => unit.members('fresh'), isFrozen ? 'SIGSTOP' : 'SIGCONT')
}
