/** The steps between fork and the service's own program, and the exit codes that systemd.exec(5) gives them. */

export const failedStepCodes = {
  CHDIR: 200,
  EXEC: 203,
  LIMITS: 205,
  OOM_ADJUST: 206,
  STDIN: 208,
  STDOUT: 209,
  IOPRIO: 211,
  TIMERSLACK: 212,
  SECUREBITS: 213,
  SETSCHEDULER: 214,
  CPUAFFINITY: 215,
  GROUP: 216,
  USER: 217,
  CAPABILITIES: 218,
  CGROUP: 219,
  SETSID: 220,
  STDERR: 222,
  NETWORK: 225,
  NAMESPACE: 226,
  NO_NEW_PRIVILEGES: 227,
  SECCOMP: 228,
  KEYRING: 237,
} as const

export type FailedStep = keyof typeof failedStepCodes

export const isFailedStep = (word: string): word is FailedStep => Object.hasOwn(failedStepCodes, word)
