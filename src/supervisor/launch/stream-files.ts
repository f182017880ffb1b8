/** StandardInput=, StandardOutput=, StandardError= as files: the shim opens them as root, before it is the service's user. */
import { closeSync } from 'node:fs'
import type { LaunchSpec } from '../../executor/launch-spec.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { LaunchProblem } from './launch-problem.ts'
import { pinForeignFile } from './trusted-file.ts'

type StreamFds = NonNullable<LaunchSpec['streamFds']>

/**
 * Files that somebody else could swap between our look and the shim's are held from here on; to be closed after the launch.
 * Fails with a LaunchProblem where what a service writes or reads could be any file of the host's.
 */
export function pinForeignStreams(service: NonNullable<LoadedUnit['service']>): StreamFds {
  const streams = [
    ['stdin', 'STDIN', service.StandardInput],
    ['stdout', 'STDOUT', service.StandardOutput],
    ['stderr', 'STDERR', service.StandardError],
  ] as const
  const fds: { -readonly [Name in keyof StreamFds]: number } = {}
  for (const [name, step, stream] of streams) {
    const isFile = ['file', 'append', 'truncate'].includes(stream?.kind ?? '')
    if (!isFile || stream?.argument === undefined) continue
    try {
      const fd = pinForeignFile(stream.argument, { makes: name !== 'stdin' })
      if (fd !== undefined) fds[name] = fd
    } catch (error) {
      // What the kernel says, it says again to the shim, at the right moment.
      if ((error as NodeJS.ErrnoException).code !== undefined) continue
      closeStreams(fds)
      throw new LaunchProblem(step, (error as Error).message, error)
    }
  }
  return fds
}

export function closeStreams(fds: StreamFds): void {
  for (const fd of Object.values(fds)) closeSync(fd)
}
