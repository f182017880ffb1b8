/** StandardInput=, StandardOutput=, StandardError= as files: the shim opens them as root, before it is the service's user. */
import type { LoadedUnit } from '../units/loaded-unit.ts'
import { LaunchProblem } from './launch-problem.ts'
import { refuseForeignFile } from './trusted-file.ts'

/** Fails with a LaunchProblem where what a service writes or reads could be any file of the host's. */
export function refuseForeignStreams(service: NonNullable<LoadedUnit['service']>): void {
  const streams = [
    ['STDIN', service.StandardInput],
    ['STDOUT', service.StandardOutput],
    ['STDERR', service.StandardError],
  ] as const
  for (const [step, stream] of streams) {
    const isFile = ['file', 'append', 'truncate'].includes(stream?.kind ?? '')
    if (!isFile || stream?.argument === undefined) continue
    try {
      refuseForeignFile(stream.argument)
    } catch (error) {
      // What the kernel says, it says again to the shim, at the right moment.
      if ((error as NodeJS.ErrnoException).code === undefined)
        throw new LaunchProblem(step, (error as Error).message, error)
    }
  }
}
