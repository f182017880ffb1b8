/** StandardInput=, StandardOutput=, StandardError= as files: everything that systemd gives to its journal is our log. Pure. */
import type { InputSource, OutputTarget, Streams } from '../../executor/launch-spec.ts'
import type { LogTargets } from '../../logs/log-port.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import type { StandardStream } from '../../units/values.ts'

type Service = NonNullable<LoadedUnit['service']>

/** Pipes and sockets are for the main process: control commands read nothing, and write to the log. */
export function streamsOf(service: Service, log: LogTargets, as: 'main' | 'control' = 'main'): Streams {
  const stdin = inputOf(service, as)
  const output = outputOfService(service, stdin, as)
  const error = as === 'control' ? withoutSocket(service.StandardError) : service.StandardError
  return {
    stdin,
    stdout: outputOf(output, log.stdout),
    stderr:
      (error.kind === 'inherit' && !isToLog(output)) || isSameFile(output, error)
        ? { kind: 'same-as-stdout' }
        : outputOf(error, log.stderr),
    ignoreSigpipe: service.IgnoreSIGPIPE,
  }
}

/** Whether the main process wants the one socket that it is given as a standard stream, and not behind them. */
export const hasSocketStream = ({ stdin, stdout, stderr }: Streams): boolean =>
  [stdin, stdout, stderr].some(({ kind }) => kind === 'socket')

function inputOf(service: Service, as: 'main' | 'control'): InputSource {
  const { StandardInput, StandardInputBytes: bytes } = service
  const { kind, argument } = StandardInput
  if (service.StandardInputPipe) return { kind: as === 'main' ? 'pipe' : 'null' }
  if (kind === 'file' && argument !== undefined) return { kind: 'file', path: argument }
  if (kind === 'socket' && as === 'main') return { kind: 'socket' }
  // Data without StandardInput= is read all the same (systemd.exec(5)).
  if ((kind === 'data' || kind === 'null') && bytes !== undefined)
    return { kind: 'data', base64: btoa(bytes) }
  return { kind: 'null' }
}

/** Where nothing is set, or `inherit`, the output goes where a socket is read from. */
function outputOfService(
  { StandardOutput }: Service,
  stdin: InputSource,
  as: 'main' | 'control',
): StandardStream {
  if (as === 'control') return withoutSocket(StandardOutput ?? toLog)
  const isInherited = StandardOutput === undefined || StandardOutput.kind === 'inherit'
  if (isInherited) return stdin.kind === 'socket' ? { kind: 'socket' } : toLog
  return StandardOutput
}

const toLog: StandardStream = { kind: 'journal' }

const withoutSocket = (stream: StandardStream): StandardStream => (stream.kind === 'socket' ? toLog : stream)

function outputOf({ kind, argument }: StandardStream, log: string): OutputTarget {
  if (kind === 'null' || kind === 'socket') return { kind }
  const isFile = kind === 'file' || kind === 'append' || kind === 'truncate'
  return isFile && argument !== undefined ? { kind, path: argument } : { kind: 'append', path: log }
}

/** Opened twice, each would write over what the other one wrote (systemd.exec(5) opens it once). */
const isSameFile = (output: StandardStream, error: StandardStream): boolean =>
  !isToLog(output) && output.kind === error.kind && output.argument === error.argument

const isToLog = ({ kind }: StandardStream): boolean =>
  !['null', 'file', 'append', 'truncate', 'socket'].includes(kind)
