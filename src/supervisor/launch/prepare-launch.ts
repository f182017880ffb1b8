/** Everything that has to be looked up or made before a command can be launched: accounts, files, directories, the log. */
import type { LaunchSpec } from '../../executor/launch-spec.ts'
import { resultEnvironment } from '../../lifecycle/exit-verdict.ts'
import type { ServiceState } from '../../lifecycle/service-state.ts'
import type { LogTargets } from '../../logs/log-port.ts'
import { buildEnvironment, defaultPath, userEnvironment } from '../../units/environment.ts'
import { expandCommand } from '../../units/expand-command.ts'
import type { HostFacts } from '../../units/host-facts.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import type { ExecCommand } from '../../units/values.ts'
import { noSockets, type PassedSockets } from '../listen-fds.ts'
import type { SupervisorPorts } from '../ports.ts'
import type { ServiceUnit } from '../service-unit.ts'
import type { User } from './accounts.ts'
import { makeCredentials } from './credentials.ts'
import { directoriesOf, directoryEnvironment } from './directories.ts'
import { dynamicUser } from './dynamic-user.ts'
import { readEnvironmentFiles } from './environment-files.ts'
import { LaunchProblem } from './launch-problem.ts'
import { type Launch, type LookedUpIdentity, launchSpecOf, serviceOf } from './launch-spec-of.ts'
import { makeDirectories } from './make-directories.ts'
import type { NamespaceSharing, Share } from './namespace-sharing.ts'
import { openLog } from './open-logs.ts'
import { ownPid, splitOwnPid } from './own-pid.ts'
import { resolveProgram } from './resolve-program.ts'
import { makePrivateTmp } from './run-folders.ts'
import { pinForeignStreams } from './stream-files.ts'
import { hasSocketStream, streamsOf } from './streams-of.ts'

/** What holds for all commands of one invocation: looked up once. */
interface Preparation {
  readonly facts: HostFacts
  readonly user: User | undefined
  readonly identity: LookedUpIdentity
  readonly log: LogTargets
  readonly share: Share | undefined
}

/** The sockets of a service, ready to be handed over. */
type SocketsOf = (unit: ServiceUnit) => PassedSockets

export class Preparer {
  readonly #ports: SupervisorPorts
  readonly #sharing: NamespaceSharing
  readonly #sockets: SocketsOf
  readonly #prepared = new WeakMap<ServiceUnit, { invocationId: string; preparation: Promise<Preparation> }>()

  constructor(ports: SupervisorPorts, sharing: NamespaceSharing, sockets: SocketsOf = () => noSockets) {
    this.#ports = ports
    this.#sharing = sharing
    this.#sockets = sockets
  }

  /** Fails with a LaunchProblem that names the step. What is in `streamFds` is the caller's to close. */
  async prepare(unit: ServiceUnit, launch: Launch): Promise<LaunchSpec> {
    const { invocation } = unit.state
    const command = unit.definition.service?.[launch.command][launch.index]
    if (invocation === undefined || command === undefined)
      throw new LaunchProblem('RESOURCES', 'it has no such command any more')
    const preparation = await this.#preparationOf(unit, invocation.id)
    const passed = launch.as === 'main' ? this.#passedTo(unit) : noSockets
    const variables = { ...(await this.environmentOf(unit, preparation)), ...passed.environment }
    const { environment, pidVariables } = splitOwnPid(variables)
    const spec = launchSpecOf({
      unit: unit.definition,
      policy: unit.policy,
      launch,
      invocation,
      command,
      path: await resolveProgram(command, environment['PATH'] ?? defaultPath),
      environment,
      pidVariables,
      listenFds: passed.fds,
      identity: preparation.identity,
      log: preparation.log,
      share: preparation.share,
      facts: preparation.facts,
      abilities: this.#ports.executor.abilities,
      privatePids: this.#ports.settings.privatePids,
    })
    // Last: whoever launches closes them.
    const streamFds = pinForeignStreams(serviceOf(unit.definition))
    return Object.keys(streamFds).length === 0 ? spec : { ...spec, streamFds }
  }

  /** A socket that is a standard stream is the only one, and not announced. */
  #passedTo(unit: ServiceUnit): PassedSockets {
    const passed = this.#sockets(unit)
    const streams = streamsOf(serviceOf(unit.definition), { stdout: '', stderr: '' })
    if (!hasSocketStream(streams)) return passed
    if (passed.fds.length === 1) return { fds: passed.fds, environment: passed.connection ?? {} }
    throw new LaunchProblem(
      'STDIN',
      `its standard input is to be one socket, and it is given ${passed.fds.length}`,
    )
  }

  /** For HealthCheckExec=: the same user and environment as the service has. */
  async context(unit: ServiceUnit) {
    const preparation = await this.#preparationOf(unit, unit.state.invocation?.id ?? '')
    const { environment } = splitOwnPid(await this.environmentOf(unit, preparation))
    return { identity: preparation.identity, environment }
  }

  /** Who its User= or DynamicUser= is; undefined: it has neither. */
  async uidOf(unit: ServiceUnit): Promise<number | undefined> {
    return (await this.#user(unit.definition, await this.#ports.hostFacts()))?.uid
  }

  /** A command that is run beside the service, ready to run. */
  async resolve(command: ExecCommand, environment: Readonly<Record<string, string>>) {
    const path = await resolveProgram(command, environment['PATH'] ?? defaultPath)
    return { path, argv: expandCommand(command, environment) }
  }

  #preparationOf(unit: ServiceUnit, invocationId: string): Promise<Preparation> {
    const known = this.#prepared.get(unit)
    if (known?.invocationId === invocationId) return known.preparation
    const preparation = this.#prepareInvocation(unit, invocationId)
    this.#prepared.set(unit, { invocationId, preparation })
    // A failed look-up is not remembered: the next command may find it mended.
    preparation.catch(() => this.#prepared.delete(unit))
    return preparation
  }

  async #prepareInvocation(of: ServiceUnit, invocationId: string): Promise<Preparation> {
    const unit = of.definition
    const facts = await this.#ports.hostFacts()
    const user = await this.#user(unit, facts)
    const identity = await this.#identity(unit, user, facts)
    const owner = { uid: identity.uid ?? facts.user.uid, gid: identity.gid ?? facts.user.gid }
    const newOwner = facts.user.uid === 0 ? owner : undefined
    await makeDirectories(directoriesOf(unit, facts, this.#ports.executor.abilities), newOwner)
    const received = this.#ports.settings.environment['CREDENTIALS_DIRECTORY']
    await makeCredentials({ unit, facts, received, owner: newOwner })
    const share = await this.#sharing.enter(of, invocationId)
    await makePrivateTmp(unit, facts, share?.tmpOf ?? invocationId)
    const log = await openLog(unit, this.#ports).catch((error: Error) => {
      throw new LaunchProblem('STDOUT', `could not open its log: ${error.message}`, error)
    })
    return { facts, user, identity, log, share }
  }

  async #user(unit: LoadedUnit, { directories }: HostFacts): Promise<User | undefined> {
    const { User: name, DynamicUser } = serviceOf(unit)
    const user = name === undefined ? undefined : await this.#ports.accounts.user(name)
    if (DynamicUser && user === undefined)
      return dynamicUser(unit, this.#ports.accounts, `${directories.runtime}/gitproc-dynamic-users`)
    if (name !== undefined && user === undefined)
      throw new LaunchProblem('USER', `User=${name}: there is no such user`)
    return user
  }

  async #identity(unit: LoadedUnit, user: User | undefined, facts: HostFacts): Promise<LookedUpIdentity> {
    const { Group, SupplementaryGroups } = serviceOf(unit)
    const isOwnGroup = Group === undefined || (user?.isDynamic && Group === user.name)
    const gid = isOwnGroup ? user?.gid : await this.#group(Group)
    const supplementaryGids = await Promise.all(SupplementaryGroups.map((name) => this.#group(name)))
    return {
      uid: user?.uid,
      gid,
      userName: user?.isDynamic ? undefined : user?.name,
      home: user?.home ?? facts.user.home,
      supplementaryGids,
    }
  }

  async #group(name: string): Promise<number> {
    const gid = await this.#ports.accounts.group(name)
    if (gid === undefined) throw new LaunchProblem('GROUP', `there is no group "${name}"`)
    return gid
  }

  async environmentOf(unit: ServiceUnit, { facts, user }: Preparation): Promise<Record<string, string>> {
    const service = serviceOf(unit.definition)
    const { environment } = this.#ports.settings
    const daemon = Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    )
    return buildEnvironment({
      base: { PATH: defaultPath },
      own: {
        ...loginEnvironment(user, facts),
        ...this.#ownEnvironment(unit),
        ...directoryEnvironment(unit.definition, facts),
      },
      searchPath: service.ExecSearchPath,
      pass: service.PassEnvironment,
      daemon: Object.fromEntries(daemon),
      assignments: service.Environment,
      files: await readEnvironmentFiles(service.EnvironmentFile),
      unset: service.UnsetEnvironment,
    })
  }

  #ownEnvironment(unit: ServiceUnit): Record<string, string> {
    const { notify } = this.#ports
    const { state, policy } = unit
    const hears = policy.notifyAccess !== 'none' && 'path' in notify
    return {
      INVOCATION_ID: state.invocation?.id ?? '',
      ...(hears ? { NOTIFY_SOCKET: notify.path } : {}),
      ...(Number.isFinite(policy.watchdogMs)
        ? { WATCHDOG_USEC: String(policy.watchdogMs * 1000), WATCHDOG_PID: ownPid }
        : {}),
      ...(policy.pidFile === undefined ? {} : { PIDFILE: policy.pidFile }),
      ...controlEnvironment(state),
    }
  }
}

/** What control commands are told of the main process. */
function controlEnvironment(state: ServiceState): Record<string, string> {
  const pid = state.main?.process?.pid
  const isEnding = state.state.startsWith('stop') || state.state.startsWith('final')
  return {
    ...(pid === undefined ? {} : { MAINPID: String(pid) }),
    ...(isEnding ? resultEnvironment(state) : state.cause?.environment),
  }
}

/** With User= that user's; an ordinary user's services have their user's (systemd.exec(5)). */
function loginEnvironment(user: User | undefined, facts: HostFacts) {
  if (user !== undefined)
    return userEnvironment({ name: user.name ?? String(user.uid), home: user.home, shell: user.shell })
  return facts.user.uid === 0 ? {} : userEnvironment(facts.user)
}
