/**
 * Why the last run of a service ended as it did: systemd's Result=, and two words that systemd lacks:
 * `health` (its health check took it down) and `unknown` (its exit status was lost, and is not guessed).
 */
export type ServiceResult =
  | 'success'
  | 'exit-code'
  | 'signal'
  | 'core-dump'
  | 'oom-kill'
  | 'timeout'
  | 'watchdog'
  | 'protocol'
  | 'resources'
  | 'start-limit-hit'
  | 'exec-condition'
  | 'health'
  | 'unknown'
