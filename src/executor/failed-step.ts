/** The steps between fork and the service's own program, and the exit codes that systemd.exec(5) gives them. */

export const failedStepCodes = {
  CHDIR: 200,
  EXEC: 203,
  LIMITS: 205,
  OOM_ADJUST: 206,
  STDIN: 208,
  STDOUT: 209,
  GROUP: 216,
  USER: 217,
  CAPABILITIES: 218,
  CGROUP: 219,
  STDERR: 222,
  NAMESPACE: 226,
  NO_NEW_PRIVILEGES: 227,
} as const

export type FailedStep = keyof typeof failedStepCodes

export const isFailedStep = (word: string): word is FailedStep => Object.hasOwn(failedStepCodes, word)
