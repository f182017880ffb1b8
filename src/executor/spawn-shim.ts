/** Starts a shim: in a session of its own, its working directory the host's /proc, nothing of ours open in it. */
import { spawn } from 'node:child_process'
import { getSystemErrorName } from 'node:util'
import { GitprocError } from '../base/error.ts'
import type { ShimInvocation } from './launch-arguments.ts'
import type { PosixSpawn } from './posix-spawn.ts'

/** What was spawned; for a PID namespace that is unshare, and not the shim itself. */
export type ShimPid = number

/** `ended` is called when what was spawned ends while we live. Throws `executor/launch`. */
export async function spawnShim(
  posix: PosixSpawn | undefined,
  invocation: ShimInvocation & { readonly fds: readonly number[] },
  ended: () => void,
): Promise<ShimPid> {
  // posix_spawn starts all shims alike; one that inherits files is the rarer case.
  if (posix === undefined || invocation.fds.length > 0) return spawnByNode(invocation, ended)
  const result = await posix.spawn(invocation, ended)
  if ('errno' in result) throw launchError(getSystemErrorName(-result.errno))
  return result.pid
}

async function spawnByNode(
  invocation: ShimInvocation & { readonly fds: readonly number[] },
  ended: () => void,
): Promise<ShimPid> {
  const words = [...invocation.arguments, ...Object.values(invocation.environment)]
  if (!words.every((word) => word.isWellFormed()))
    throw new GitprocError('executor/unsupported', 'bytes that are no UTF-8 need the package koffi')
  const child = spawn(invocation.file, [...invocation.arguments], {
    cwd: '/proc',
    env: invocation.environment,
    stdio: ['ignore', 'ignore', 'ignore', ...invocation.fds],
    detached: true,
  })
  const { pid } = child
  if (pid === undefined) {
    const cause = await new Promise<NodeJS.ErrnoException>((resolve) => child.once('error', resolve))
    throw launchError(cause.code ?? cause.message)
  }
  child.once('exit', ended)
  child.unref()
  return pid
}

const launchError = (why: string): GitprocError => {
  const retry = why === 'EAGAIN' || why === 'ENOMEM' ? 'later' : 'never'
  return new GitprocError('executor/launch', `the shim could not be started: ${why}`, { retry })
}
