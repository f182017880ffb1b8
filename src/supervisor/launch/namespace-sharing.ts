/**
 * JoinsNamespaceOf= (systemd.unit(5)): two services, one of which names the other, have the network, the IPC and the /tmp in
 * common that both keep from the host. Who starts first makes them; the last one that ends takes them along.
 */
import { existsSync, statSync } from 'node:fs'
import { isDown } from '../../lifecycle/outcome.ts'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { impliedProtection } from '../../units/show/implied.ts'
import type { SupervisorPorts } from '../ports.ts'
import type { ServiceUnit } from '../service-unit.ts'
import type { NamespaceFiles, SharedKind, ShareRecord } from './namespace-files.ts'

/** What one run shares. */
export interface Share {
  /** The run whose folders are its /tmp and /var/tmp. */
  readonly tmpOf: string
  readonly joins: readonly { readonly kind: SharedKind; readonly path: string }[]
}

type Kind = SharedKind | 'tmp'

export class NamespaceSharing {
  readonly #ports: SupervisorPorts
  readonly #services: () => Iterable<ServiceUnit>
  /** One after another: of two that start at once, the second one has to see what the first one made. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(ports: SupervisorPorts, services: () => Iterable<ServiceUnit>) {
    this.#ports = ports
    this.#services = services
  }

  /** Asked for each run before it is launched; undefined: it shares nothing. Fails with a LaunchProblem. */
  async enter(unit: ServiceUnit, invocationId: string): Promise<Share | undefined> {
    const files = this.#files
    const kinds = kindsOf(unit.definition)
    if (files === undefined || kinds.length === 0 || invocationId === '') return undefined
    const partners = [...this.#services()].filter((other) => areJoined(unit.definition, other.definition))
    if (partners.length === 0 && files.read(unit.name) === undefined) return undefined
    return this.#inTurn(() => this.#enter(unit, invocationId, partners, files))
  }

  /** The run is over. Gives the run whose folders nobody has as /tmp any more; undefined: somebody has. */
  async leave(unit: string, invocationId: string): Promise<string | undefined> {
    const files = this.#files
    if (files?.read(unit)?.invocationId !== invocationId) return invocationId
    return this.#inTurn(async () => {
      const tmpOf = files.read(unit)?.tmpOf ?? invocationId
      await files.remove(unit)
      return files.units.some((other) => files.read(other)?.tmpOf === tmpOf) ? undefined : tmpOf
    })
  }

  get #files(): NamespaceFiles | undefined {
    const { users, mounts } = this.#ports.executor.abilities
    return users && mounts ? this.#ports.namespaceFiles : undefined
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work)
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #enter(
    unit: ServiceUnit,
    invocationId: string,
    partners: readonly ServiceUnit[],
    files: NamespaceFiles,
  ): Promise<Share | undefined> {
    // A run that goes on stays where it is: what is launched for it has to get there, too.
    await this.#publish(unit, files)
    let tmpOf = tmpOfRun(files.read(unit.name), invocationId)
    if (tmpOf === undefined && unit.state.main?.process !== undefined) return undefined
    const spaces = spacesOf(unit.definition)
    if (tmpOf === undefined) {
      for (const partner of partners) await this.#publish(partner, files)
      const found = foundWith(partners, spaces, files)
      tmpOf = found.tmpOf ?? invocationId
      await files.write(unit.name, { invocationId, tmpOf }, spaces, found.from)
    }
    return { tmpOf, joins: spaces.map((kind) => ({ kind, path: files.path(unit.name, kind) })) }
  }

  /** It was running before anything named it: what it made for itself is shared from now on. */
  async #publish({ name, definition, state }: ServiceUnit, files: NamespaceFiles): Promise<void> {
    const { invocation, main } = state
    if (invocation === undefined || main?.process === undefined || isDown(state)) return
    if (tmpOfRun(files.read(name), invocation.id) !== undefined) return
    const { process } = main
    const from = spacesOf(definition).map((kind) => [kind, `/proc/${process.pid}/ns/${kind}`] as const)
    if (from.some(([kind, path]) => isOurs(kind, path))) return
    const record = { invocationId: invocation.id, tmpOf: invocation.id }
    await files.write(name, record, spacesOf(definition), new Map(from))
    // Its pid may have become another's meanwhile.
    const found = this.#ports.processFacts.identify(process.pid)
    if (found?.startTicks !== process.startTicks) await files.remove(name)
  }
}

/** What those that run already have, of what is wanted. */
function foundWith(
  partners: readonly ServiceUnit[],
  spaces: readonly SharedKind[],
  files: NamespaceFiles,
): { readonly tmpOf: string | undefined; readonly from: ReadonlyMap<SharedKind, string> } {
  const running = partners.filter((partner) => hasPublished(partner, files))
  const from = spaces.flatMap((kind) => {
    const owner = running.find(({ name }) => existsSync(files.path(name, kind)))
    return owner === undefined ? [] : [[kind, files.path(owner.name, kind)] as const]
  })
  const host = running.find(({ definition }) => kindsOf(definition).includes('tmp'))
  return { tmpOf: host && files.read(host.name)?.tmpOf, from: new Map(from) }
}

const tmpOfRun = (record: ShareRecord | undefined, invocationId: string): string | undefined =>
  record?.invocationId === invocationId ? record.tmpOf : undefined

const hasPublished = ({ name, state }: ServiceUnit, files: NamespaceFiles): boolean =>
  !isDown(state) && files.read(name)?.invocationId === state.invocation?.id

/** What the unit keeps from the host, and can have in common with others. */
function kindsOf(unit: LoadedUnit): readonly Kind[] {
  const { service } = unit
  if (service === undefined) return []
  const wanted: readonly (readonly [Kind, boolean])[] = [
    ['net', service.PrivateNetwork],
    ['ipc', service.PrivateIPC],
    ['tmp', impliedProtection(service).PrivateTmp],
  ]
  return wanted.flatMap(([kind, isWanted]) => (isWanted ? [kind] : []))
}

const spacesOf = (unit: LoadedUnit): readonly SharedKind[] => kindsOf(unit).filter((kind) => kind !== 'tmp')

/** It does not matter which of the two names the other. */
const areJoined = (one: LoadedUnit, other: LoadedUnit): boolean =>
  one.name !== other.name &&
  (one.unit.JoinsNamespaceOf.includes(other.name) || other.unit.JoinsNamespaceOf.includes(one.name))

/** Gone counts as well: there is nothing to be had. */
const isOurs = (kind: SharedKind, path: string): boolean => {
  const theirs = statSync(path, { throwIfNoEntry: false })
  return theirs === undefined || theirs.ino === statSync(`/proc/self/ns/${kind}`).ino
}
