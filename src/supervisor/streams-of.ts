/** StandardInput=, StandardOutput=, StandardError= as files: everything that systemd gives to its journal is our log. Pure. */
import type { OutputTarget, Streams } from '../executor/launch-spec.ts'
import type { LogTargets } from '../logs/log-port.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { StandardStream } from '../units/values.ts'

type Service = NonNullable<LoadedUnit['service']>

export function streamsOf(service: Service, log: LogTargets): Streams {
  const { StandardInput, StandardOutput, StandardError } = service
  const isToLog = StandardOutput === undefined || !isToFile(StandardOutput)
  return {
    stdin: inputOf(StandardInput),
    stdout: outputOf(StandardOutput, log.stdout),
    stderr:
      (StandardError.kind === 'inherit' && !isToLog) || isSameFile(StandardOutput, StandardError)
        ? { kind: 'same-as-stdout' }
        : outputOf(StandardError, log.stderr),
    ignoreSigpipe: service.IgnoreSIGPIPE,
  }
}

function inputOf({ kind, argument }: StandardStream): Streams['stdin'] {
  return kind === 'file' && argument !== undefined ? { kind: 'file', path: argument } : { kind: 'null' }
}

function outputOf(stream: StandardStream | undefined, log: string): OutputTarget {
  const { kind, argument } = stream ?? { kind: 'journal' }
  if (kind === 'null') return { kind: 'null' }
  const isFile = kind === 'file' || kind === 'append' || kind === 'truncate'
  return isFile && argument !== undefined ? { kind, path: argument } : { kind: 'append', path: log }
}

/** Opened twice, each would write over what the other one wrote (systemd.exec(5) opens it once). */
const isSameFile = (output: StandardStream | undefined, error: StandardStream): boolean =>
  output !== undefined && isToFile(output) && output.kind === error.kind && output.argument === error.argument

const isToFile = ({ kind }: StandardStream): boolean => ['null', 'file', 'append', 'truncate'].includes(kind)
