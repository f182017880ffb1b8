/**
 * The programs that exec one another on the way from the shim to the service: each does one thing a shell can't.
 * A chain is as short as the unit allows, because every link costs about 0.3 ms. Pure.
 */
import { GitprocError } from '../base/error.ts'
import { type ConfineContext, confineLink } from './confine-arguments.ts'
import type { HostTools } from './host-tools.ts'
import { closedByLink } from './inherited-files.ts'
import type { Identity, LaunchSpec, Sandbox } from './launch-spec.ts'
import { limitArguments } from './resource-limits.ts'

/** What the chain depends on beside the spec. */
export interface ChainContext {
  readonly tools: HostTools
  /** Who the daemon is. */
  readonly uid: number
  readonly nice: number
  /** Of a launch that is confined. */
  readonly confine?: ConfineContext | undefined
}

export interface ExecChain {
  /** Program and arguments of each link, in order, without the service's own. */
  readonly links: readonly (readonly string[])[]
  /** The last link sets the environment: what is before it must not see the service's. */
  readonly environmentIsLate: boolean
}

export function execChain(spec: LaunchSpec, context: ChainContext): ExecChain {
  const { confinement } = spec.sandbox
  if (confinement === undefined || context.confine === undefined) return plainChain(spec, context)
  // The helper changes the user, too: with another root directory, no tool of the host's is left to do it.
  const confine = confineLink(spec, confinement, context.confine)
  const links = [closeLink(spec, context), niceLink(spec, context), prlimitLink(spec, context), confine]
  return { links: links.filter((link) => link.length > 0), environmentIsLate: true }
}

function plainChain(spec: LaunchSpec, context: ChainContext): ExecChain {
  const privileges = privilegeLink(spec, context)
  const nameLink = argumentZeroLink(spec, context)
  const entersLate = directoryIsLate(spec, context)
  const isUnsafe = privileges.length > 0 && Object.keys(spec.command.environment).some(loadsCode)
  const isLast = nameLink.length === 0
  const shellLink = entersLate || (isUnsafe && isLast) ? shellLinkOf(spec, context, entersLate, isLast) : []
  const links = [
    closeLink(spec, context),
    niceLink(spec, context),
    prlimitLink(spec, context),
    privileges,
    // setpriv keeps root's capabilities until the next exec: that must be one of ours, or a program that only root may
    // execute would run under User=.
    [tool(context.tools, 'setsid')],
    shellLink,
    nameLink,
  ]
  return {
    links: links.filter((link) => link.length > 0),
    environmentIsLate: shellLink.length + nameLink.length > 0,
  }
}

/** Whether the folder is entered by the service's own user, and not by the shim: root may enter what that user may not. */
export const directoryIsLate = (
  { command, identity, sandbox }: LaunchSpec,
  { uid }: Pick<ChainContext, 'uid'>,
): boolean =>
  sandbox.confinement !== undefined ||
  (command.workingDirectory !== '/' && uid === 0 && (identity.uid ?? 0) !== 0)

/** One shell for all that is left to do: enter the folder, set the environment. */
function shellLinkOf(
  { command }: LaunchSpec,
  { tools }: ChainContext,
  entersFolder: boolean,
  setsEnvironment: boolean,
): string[] {
  const steps = [entersFolder ? enterFolder : '', setsEnvironment ? exportAll : '', 'exec "$@"']
  const folder = [command.workingDirectory, command.workingDirectoryOptional ? 'optional' : '']
  return [tools.sh, '-c', steps.filter(Boolean).join('\n'), 'sh', ...(entersFolder ? folder : [])]
}

/** The folder that must be entered by the link, if it is one that does so. */
export const folderOf = (link: readonly string[]): string | undefined =>
  link[2]?.startsWith(enterFolder) && link[5] === '' ? link[4] : undefined

/** Which tool of the chain a process is running now, by its argument list; undefined: it runs the service's program. */
export function linkInForce(
  argv: readonly string[],
  links: ExecChain['links'],
  command: LaunchSpec['command'],
): number | undefined {
  for (let index = 0; index < links.length; index += 1) {
    const rest = [...links.slice(index).flat(), command.path, ...command.argv.slice(1)]
    if (rest.length === argv.length && rest.every((word, at) => word === argv[at])) return index
  }
  return undefined
}

/** The links that change who the process is: what a check on the service's behalf has to run under. */
export const privilegeLink = (spec: LaunchSpec, context: ChainContext): readonly string[] => {
  const flags = [...identityFlags(spec.identity, context), ...sandboxFlags(spec.sandbox)]
  return flags.length === 0 ? [] : [tool(context.tools, 'setpriv'), ...flags, '--']
}

function identityFlags(identity: Identity, context: ChainContext): string[] {
  const changesUser = identity.uid !== undefined && (context.uid === 0 || identity.uid !== context.uid)
  const flags: string[] = []
  if (changesUser) flags.push(`--reuid=${identity.uid}`)
  if (identity.gid !== undefined && context.uid === 0) flags.push(`--regid=${identity.gid}`)
  if (context.uid !== 0 || flags.length + identity.supplementaryGids.length === 0) return flags
  if (identity.supplementaryGids.length > 0) flags.push(`--groups=${identity.supplementaryGids.join(',')}`)
  else if (identity.userName !== undefined && changesUser) flags.push('--init-groups')
  else if (flags.length > 0) flags.push('--clear-groups')
  return flags
}

function sandboxFlags(sandbox: Sandbox): string[] {
  const flags: string[] = []
  const bounding = sandbox.capabilityBoundingSet
  const ambient = sandbox.ambientCapabilities ?? []
  if (bounding !== undefined)
    flags.push(`--bounding-set=${['-all', ...bounding.map((name) => `+${name}`)].join(',')}`)
  if (ambient.length > 0) {
    const names = ambient.map((name) => `+${name}`).join(',')
    flags.push(`--inh-caps=${names}`, `--ambient-caps=${names}`)
  }
  if (sandbox.noNewPrivileges) flags.push('--no-new-privs')
  return flags
}

/** Of descriptors that a shell can't name. Without perl they stay open, which gives a service no right that it has not. */
const closeLink = (spec: LaunchSpec, { tools }: ChainContext): string[] => {
  const descriptors = closedByLink(spec).map(String)
  if (descriptors.length === 0 || tools.perl === undefined) return []
  return [tools.perl, '-e', closeInPerl, '--', String(descriptors.length), ...descriptors]
}

/** nice(1) adds to what it inherits. */
const niceLink = ({ limits }: LaunchSpec, { tools, nice }: ChainContext): string[] =>
  limits.nice === undefined || limits.nice === nice
    ? []
    : [tool(tools, 'nice'), '-n', String(limits.nice - nice)]

const prlimitLink = ({ limits }: LaunchSpec, { tools }: ChainContext): string[] => {
  const flags = limitArguments(limits.rlimits).prlimit
  return flags.length === 0 ? [] : [tool(tools, 'prlimit'), ...flags]
}

/** Of the shells only bash sets argv[0], and leaves a SHLVL of its own in the environment; perl leaves nothing. */
const argumentZeroLink = ({ command }: LaunchSpec, { tools }: ChainContext): string[] => {
  const name = command.argv[0]
  if (name === undefined || name === command.path) return []
  if (tools.perl !== undefined) return [tools.perl, '-e', exportAndExecuteInPerl, '--', name]
  const script = `unset SHLVL _; ${exportAll}\nexec -a "$0" -- "$@"`
  return [tool(tools, 'bash'), '--norc', '--noprofile', '-c', script, name]
}

function tool(tools: HostTools, name: keyof HostTools): string {
  const path = tools[name]
  if (path !== undefined) return path
  const message = `the program \`${name}\`, which this unit needs in order to start, is not installed`
  throw new GitprocError('executor/unsupported', message, {
    remedy: 'apt-get install util-linux coreutils bash',
  })
}

/**
 * Variables that make the loader, libc or a shell run or read what they name: ld.so(8) ignores most of them in programs
 * that gain privileges, for the reason that they must not reach ours either while it still is root.
 */
const loadsCode = (name: string): boolean =>
  /^(LD_.*|GLIBC_TUNABLES|GCONV_PATH|LOCPATH|NLSPATH|MALLOC_.*|RES_OPTIONS|HOSTALIASES|LOCALDOMAIN|GETCONF_DIR|TMPDIR|TZDIR)$/.test(
    name,
  )

const enterFolder = `cd -- "$1" 2>/dev/null || { [ -n "$2" ] && cd /; } || exit 200
shift 2`

/** What the shim does with the environment, done by a shell or perl that already is the service's user. Fixed texts. */
const exportAll = `unset PWD OLDPWD; gitproc_index=0
while eval "gitproc_value=\\\${gitproc_environment_$gitproc_index-}"; [ -n "$gitproc_value" ]; do
unset "gitproc_environment_$gitproc_index"; export "$gitproc_value"; gitproc_index=$((gitproc_index + 1))
done`

const exportAndExecuteInPerl = `my ($name, $i, @pairs) = (shift, 0);
while (defined(my $pair = delete $ENV{"gitproc_environment_$i"})) { push @pairs, $pair; $i++ }
for (@pairs) { my ($key, $value) = split /=/, $_, 2; $ENV{$key} = $value }
exec { $ARGV[0] } $name, @ARGV[1 .. $#ARGV];
exit($! == 2 ? 127 : 126);`

/** What perl opens, a descriptor that is there among it, is closed by its exec. */
const closeInPerl = `my @closed = map { open(my $file, '<&=', $_) or exit 1; $file } splice @ARGV, 0, shift;
exec { $ARGV[0] } @ARGV;
exit($! == 2 ? 127 : 126);`
