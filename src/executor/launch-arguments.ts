/** The one place that knows how a launch is told to the shim: argument list and environment. Pure. */
import { GitprocError } from '../base/error.ts'
import { type ChainContext, directoryIsLate, type ExecChain } from './exec-chain.ts'
import { closedByShell, streamDescriptors } from './inherited-files.ts'
import type { LaunchSpec, OutputTarget, Streams } from './launch-spec.ts'
import { limitArguments } from './resource-limits.ts'

export interface ShimInvocation {
  readonly file: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** What a launch needs to know beside the spec. */
export interface LaunchContext extends ChainContext {
  readonly shim: string
  /** The process directory, made already. */
  readonly directory: string
  readonly doorbell: string
  /** What it reads, in a word (service-input.ts); absent: nothing. */
  readonly input?: string
  /** What the process is called when the doorbell is rung. */
  readonly ring: string
  /** Absolute path of the cgroup to join. */
  readonly cgroup: string | undefined
  /** The daemon's own /proc/self/oom_score_adj, which a service inherits unless it asks for another. */
  readonly oomScoreAdjust: number
}

export function shimInvocation(spec: LaunchSpec, chain: ExecChain, context: LaunchContext): ShimInvocation {
  const program = [...chain.links.flat(), spec.command.path, ...spec.command.argv.slice(1)]
  const shell = [context.tools.sh, context.shim, ...program]
  const [file = context.tools.sh, ...rest] = spec.sandbox.privatePids
    ? [...namespaces(context), ...shell]
    : shell
  const environment = { ...settings(spec, context, chain.environmentIsLate), ...serviceEnvironment(spec) }
  return { file, arguments: rest, environment }
}

/**
 * The shim is the first process of the namespace. There is no `--kill-child`: unshare itself only takes up memory, and
 * is ended as soon as the service runs (see docs/decisions).
 */
const namespaces = ({ tools }: LaunchContext): string[] => {
  if (tools.unshare === undefined)
    throw new GitprocError('executor/unsupported', 'PrivatePIDs= needs the program `unshare`')
  return [tools.unshare, '--pid', '--fork', '--mount-proc', '--propagation', 'slave', '--']
}

function settings(
  spec: LaunchSpec,
  context: LaunchContext,
  environmentIsLate: boolean,
): Record<string, string> {
  const isRoot = context.uid === 0
  const oom = spec.limits.oomScoreAdjust ?? (isRoot ? context.oomScoreAdjust : undefined)
  const { streams } = spec
  const pinned = pinnedPaths(spec)
  return {
    gitproc_dir: context.directory,
    gitproc_bell: context.doorbell,
    gitproc_key: context.ring,
    gitproc_cgroup: context.cgroup ?? '',
    gitproc_oom: oom === undefined ? '' : String(oom),
    // A shim that the OOM killer took would cost an exit status and free 100 KiB.
    gitproc_oom_self: isRoot ? '-1000' : '',
    gitproc_stdin: pinned['stdin'] ?? context.input ?? '',
    gitproc_socket_streams: flag(hasSocketStream(streams)),
    gitproc_stdout_kind: streams.stdout.kind,
    gitproc_stdout: pinned['stdout'] ?? pathOf(streams.stdout),
    gitproc_stderr_kind: streams.stderr.kind,
    gitproc_stderr: pinned['stderr'] ?? pathOf(streams.stderr),
    gitproc_pinned: closedByShell(spec).join(' '),
    gitproc_umask: spec.identity.umask.toString(8).padStart(3, '0'),
    // A later link enters it: as the service's user, after the mounts.
    gitproc_directory: directoryIsLate(spec, context) ? '/' : spec.command.workingDirectory,
    gitproc_directory_optional: flag(spec.command.workingDirectoryOptional),
    gitproc_limits: limitArguments(spec.limits.rlimits).ulimit.join(' '),
    gitproc_ignore_pipe: flag(streams.ignoreSigpipe),
    gitproc_pid_variables: (spec.command.pidVariables ?? []).map(checkedName).join(' '),
    gitproc_environment_count: String(Object.keys(serviceEnvironment(spec)).length),
    gitproc_environment_late: flag(environmentIsLate),
  }
}

/** Opened anew through the descriptor it is the same file, whatever its path means by now. */
const pinnedPaths = (spec: LaunchSpec): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(streamDescriptors(spec)).map(([name, fd]) => [name, `/proc/self/fd/${fd}`]),
  )

/** The service's variables under numbers: no shell or tool on the way may take them for its own. */
function serviceEnvironment({ command, invocationId }: LaunchSpec): Record<string, string> {
  const all = { INVOCATION_ID: invocationId, ...command.environment }
  const numbered: Record<string, string> = {}
  for (const [index, [name, value]] of Object.entries(all).entries()) {
    numbered[`gitproc_environment_${index}`] = `${checkedName(name)}=${value}`
  }
  return numbered
}

function checkedName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !name.startsWith('gitproc_')) return name
  throw new GitprocError('executor/launch', `${JSON.stringify(name)} is no name for an environment variable`)
}

/** The socket is given to no other descriptor, then. */
const hasSocketStream = ({ stdin, stdout, stderr }: Streams): boolean =>
  [stdin, stdout, stderr].some(({ kind }) => kind === 'socket')

const pathOf = (target: OutputTarget): string => ('path' in target ? target.path : '')
const flag = (value: boolean): string => (value ? 'yes' : '')
