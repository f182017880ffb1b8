/** Why a command could not even be launched: a step in systemd's words, and the exit status that systemd gives it. */
import type { ExitRecord } from '../../base/exit.ts'

/** The steps that the supervisor itself takes (systemd.exec(5), PROCESS EXIT CODES). */
export const stepStatus = {
  CHDIR: 200,
  EXEC: 203,
  STDIN: 208,
  STDOUT: 209,
  GROUP: 216,
  USER: 217,
  STDERR: 222,
  NAMESPACE: 226,
  RUNTIME_DIRECTORY: 233,
  STATE_DIRECTORY: 238,
  CACHE_DIRECTORY: 239,
  LOGS_DIRECTORY: 240,
  CONFIGURATION_DIRECTORY: 241,
  CREDENTIALS: 243,
} as const

/** `SKIPPED`: the program of a command with the prefix `-` is not there, which counts as if it had exited 0. */
export type LaunchStep = keyof typeof stepStatus | 'RESOURCES' | 'SKIPPED'

export class LaunchProblem extends Error {
  override readonly name = 'LaunchProblem'
  readonly step: LaunchStep

  constructor(step: LaunchStep, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.step = step
  }
}

/** A launch that failed counts as an exit: of the status that systemd would show, or of none where there was no such step. */
export function failedLaunchRecord(error: unknown, atMs: number): ExitRecord {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof LaunchProblem && error.step !== 'RESOURCES') {
    const code = error.step === 'SKIPPED' ? 0 : stepStatus[error.step]
    return { exit: { kind: 'exited', code }, atMs, failedStep: error.step, failedWhy: message }
  }
  return { exit: { kind: 'unknown', why: message }, atMs, failedStep: 'RESOURCES' }
}
