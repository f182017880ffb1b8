/** Starts a shim: in a session of its own, its working directory the host's /proc, nothing of ours open in it. */
import { spawn } from 'node:child_process'
import { GitprocError } from '../base/error.ts'
import type { ShimInvocation } from './launch-arguments.ts'

export interface SpawnedShim {
  readonly pid: number
  /** Ends what was spawned, which for a PID namespace is unshare and not the shim itself. */
  kill(): void
}

/** `ended` is called when what was spawned ends while we live. Throws `executor/launch`. */
export async function spawnShim(invocation: ShimInvocation, ended: () => void): Promise<SpawnedShim> {
  const child = spawn(invocation.file, [...invocation.arguments], {
    cwd: '/proc',
    env: invocation.environment,
    stdio: 'ignore',
    detached: true,
  })
  const { pid } = child
  if (pid === undefined)
    throw await new Promise((resolve) => child.once('error', (cause) => resolve(launchError(cause))))
  child.once('exit', ended)
  child.unref()
  return { pid, kill: () => child.kill('SIGKILL') }
}

const launchError = (cause: NodeJS.ErrnoException): GitprocError => {
  const retry = cause.code === 'EAGAIN' || cause.code === 'ENOMEM' ? 'later' : 'never'
  return new GitprocError(
    'executor/launch',
    `the shim could not be started: ${cause.code ?? cause.message}`,
    { cause, retry },
  )
}
