/** The sub-states of a service, spelled as systemd spells them, in the order in which a run goes through them. */
export const subStates = [
  'dead',
  'condition',
  'start-pre',
  'start',
  'start-post',
  'running',
  'exited',
  'reload',
  'reload-signal',
  'reload-notify',
  'stop',
  'stop-watchdog',
  'stop-sigterm',
  'stop-sigkill',
  'stop-post',
  'final-watchdog',
  'final-sigterm',
  'final-sigkill',
  'failed',
  'auto-restart',
  'auto-restart-queued',
] as const

export type SubState = (typeof subStates)[number]
