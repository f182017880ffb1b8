/** Variables that tell a process its own pid (WATCHDOG_PID): nobody knows it before the process is there. */

/** Stands for the pid of the process itself in an environment. No unit file can say it. */
export const ownPid = '\0own pid'

type Variables = Readonly<Record<string, string>>

/** The environment without those, and the names of those. */
export function splitOwnPid(all: Variables): {
  readonly environment: Variables
  readonly pidVariables: readonly string[]
} {
  const entries = Object.entries(all)
  return {
    environment: Object.fromEntries(entries.filter(([, value]) => value !== ownPid)),
    pidVariables: entries.filter(([, value]) => value === ownPid).map(([name]) => name),
  }
}
