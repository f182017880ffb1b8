/** Files of the scenarios that run beside no other, each with its reason. All others have to stand company. */
export const aloneBecause: Readonly<Record<string, string>> = {
  'debian-daemons': 'Debian’s own units have ports, users and directories that are there once on a host',
  'debian-jobs': 'Debian’s own jobs write below /var, where there is one place for each',
  'debian-units': 'Debian’s own units have ports, users and directories that are there once on a host',
  'log-flood': 'measures how soon the daemon answers, and what memory it takes',
}

/** These are started first: whoever comes last would be waited for with nothing else to do. */
export const longest: readonly string[] = [
  'crash-at-step',
  'crash-at-step-back',
  'crash-at-step-declined',
  'plan-is-exact',
  'operations',
  'logs-rotation',
  'causes',
  'sockets',
  'bisect',
]
