/** What the files of a process directory say: parsing what the shim wrote. Pure. The format: docs/run-directory.md. */
import type { Exit, ExitRecord } from '../base/exit.ts'
import type { ProcessId } from '../base/process-id.ts'
import { type FailedStep, failedStepCodes, isFailedStep } from './failed-step.ts'
import { signalName } from './signal-names.ts'

/** A process and the shim that is its parent. */
export interface MainRecord {
  readonly process: ProcessId
  /** Whoever has this pid and started no later than the process is the shim: it lived then, so its pid was taken. */
  readonly shimPid: number
}

/** Undefined while the line is not complete. */
export function parseMain(text: string): MainRecord | undefined {
  const match = /^(\d+) (\d+) (\d+)\n$/.exec(text)
  if (match === null) return undefined
  return { process: { pid: Number(match[1]), startTicks: Number(match[2]) }, shimPid: Number(match[3]) }
}

/** Undefined while the file is not complete: its closing line is not there yet. */
export function parseExit(text: string, atMs: number): ExitRecord | undefined {
  const match = /^status (\d+)\nfailed ?(\S*) ?(\d*)\nmessage ?([^\n]*)\nend\n$/.exec(text)
  if (match === null) return undefined
  const [, statusText, step = '', stepStatus = '', message = ''] = match
  if (isFailedStep(step))
    return { ...failedRecord(step, atMs), failedWhy: whyItFailed(step, Number(stepStatus), message) }
  const status = Number(statusText)
  const [, confineStep = '', why = ''] = /^confine (\S+) (.*)$/.exec(message) ?? []
  if (isFailedStep(confineStep)) return { ...failedRecord(confineStep, atMs), failedWhy: why }
  const signalled = message !== '' && status > 128
  const ambiguous = !signalled && (status === 130 || status === 141)
  return {
    exit: exitOf(status, signalled || ambiguous, message),
    atMs,
    ...(ambiguous ? { ambiguous: true } : {}),
  }
}

/** The record of a process that never reached its own program, with the exit code that systemd gives the step. */
export const failedRecord = (failedStep: FailedStep, atMs: number): ExitRecord => ({
  exit: { kind: 'exited', code: failedStepCodes[failedStep] },
  atMs,
  failedStep,
})

/**
 * The shell prints a word for every signal but INT and PIPE. Without one, 130 and 141 may be either: that signal is
 * more likely than a program which returns just that number, and the record says that it is not sure.
 */
function exitOf(status: number, signalled: boolean, message: string): Exit {
  const signal = signalled ? signalName(status - 128) : undefined
  if (signal === undefined) return { kind: 'exited', code: status }
  return { kind: 'killed', signal, dumpedCore: /core dumped/.test(message) }
}

function whyItFailed(step: FailedStep, status: number, message: string): string {
  if (step === 'EXEC') return status === 127 ? 'no such file' : 'not an executable file, or no permission'
  // dash: `/path/shim.sh: 53: cd: can't cd to /nowhere`
  return message.replace(/^.*?shim\.sh: (line )?\d+: /, '')
}
