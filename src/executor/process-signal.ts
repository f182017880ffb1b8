/** Sends signals, each checked against the start time right before: a pid that was given out anew is not hit. */
import { GitprocError } from '../base/error.ts'
import type { ProcessId } from '../base/process-id.ts'
import { isAlive } from './proc.ts'
import { signalNumber } from './signal-names.ts'
import type { TrackedUnit } from './tracked-unit.ts'

/** Node has no pidfd: between the check and the signal a few microseconds remain. */
export function sendSignal(target: ProcessId, signal: string): void {
  const number = numberOf(signal)
  if (isAlive(target)) deliver(target, number, signal)
}

const numberOf = (signal: string): number => {
  const number = signalNumber(signal)
  if (number !== undefined) return number
  throw new GitprocError('executor/unsupported', `${JSON.stringify(signal)} is no signal`)
}

function deliver({ pid }: ProcessId, number: number, signal: string): void {
  try {
    process.kill(pid, number)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return
    throw new GitprocError('executor/unsupported', `${signal} may not be sent to process ${pid}`, {
      cause,
      remedy: 'run gitproc as root, or as the user of that process',
    })
  }
}

/** Sends to all of the unit, again and again until SIGKILL or SIGSTOP has met everybody: they may fork meanwhile. */
function sendSignalToAll(unit: TrackedUnit, asOf: 'fresh' | 'recent', signal: string): void {
  const number = numberOf(signal)
  const rounds = signal === 'SIGKILL' || signal === 'SIGSTOP' ? 50 : 1
  const seen = new Set<string>()
  for (let round = 0; round < rounds; round += 1) {
    const found = unit.members(asOf).filter((member) => !seen.has(`${member.pid} ${member.startTicks}`))
    if (found.length === 0) return
    for (const member of found) {
      seen.add(`${member.pid} ${member.startTicks}`)
      // Those of a cgroup were looked at a moment ago; a list of all processes takes longer to make than it is good for.
      if (unit.cgroup !== undefined || isAlive(member)) deliver(member, number, signal)
    }
  }
}

/** To every process of the unit. */
export function signalUnit(unit: TrackedUnit | undefined, signal: string): void {
  if (unit === undefined || (signal === 'SIGKILL' && unit.cgroup?.kill())) return
  sendSignalToAll(unit, signal === 'SIGKILL' ? 'fresh' : 'recent', signal)
}

/** Processes that come while others are being stopped are stopped as well: by the cgroup at once, otherwise in rounds. */
export function freezeUnit(unit: TrackedUnit | undefined, isFrozen: boolean): void {
  if (unit === undefined || unit.cgroup?.freeze(isFrozen)) return
  sendSignalToAll(unit, 'fresh', isFrozen ? 'SIGSTOP' : 'SIGCONT')
}
