/** Descriptors that services leave with us (sd_pid_notify_with_fds(3), FDSTORE=1) and get back at their next start. */
import { closeSync, fstatSync } from 'node:fs'
import type { ProcessId } from '../../base/process-id.ts'
import { isDown } from '../../lifecycle/outcome.ts'
import type { UnitName } from '../../units/unit.ts'
import { isDescriptorName } from '../../units/value-types/stream.ts'
import type { SupervisorPorts } from '../ports.ts'
import type { ServiceUnit } from '../service-unit.ts'
import { notifyFields } from './notify-message.ts'

export interface StoredFd {
  readonly fd: number
  readonly name: string
}

/** What the next daemon needs in order to have them: who holds them, and what they are called. */
export interface StoredRecord {
  readonly holder: ProcessId
  readonly names: readonly string[]
}

interface Stored {
  readonly fds: readonly StoredFd[]
  readonly record: StoredRecord
}

export class FdStore {
  readonly #ports: Pick<SupervisorPorts, 'sockets' | 'log'>
  readonly #stored = new Map<UnitName, Stored>()

  constructor(ports: Pick<SupervisorPorts, 'sockets' | 'log'>) {
    this.#ports = ports
  }

  of(unit: UnitName): readonly StoredFd[] {
    return this.#stored.get(unit)?.fds ?? []
  }

  /** What came with a message that the unit may send. What is not kept is closed: BARRIER=1 waits for just that. */
  hear(unit: ServiceUnit, text: string, fds: readonly number[]): void {
    const fields = notifyFields(text)
    const name = fields.get('FDNAME') ?? 'stored'
    if (fields.get('FDSTOREREMOVE') === '1')
      this.#keep(
        unit,
        this.of(unit.name).filter((each) => each.name !== name),
      )
    if (fields.get('FDSTORE') === '1' && isDescriptorName(name)) this.#take(unit, name, fds)
    else closeAll(fds)
  }

  #take(unit: ServiceUnit, name: string, fds: readonly number[]): void {
    const most = unit.definition.service?.FileDescriptorStoreMax ?? 0
    const before = this.of(unit.name)
    const fresh = fds.filter((fd) => !before.some((each) => isSame(each.fd, fd)))
    const room = Math.max(0, most - before.length)
    closeAll([...fds.filter((fd) => !fresh.includes(fd)), ...fresh.slice(room)])
    if (fresh.length > room)
      this.#ports.log.warn('a descriptor was not kept: FileDescriptorStoreMax= are', {
        unit: unit.name,
        most,
      })
    const taken = fresh.slice(0, room).map((fd) => ({ fd, name }))
    if (taken.length > 0) this.#keep(unit, [...before, ...taken])
  }

  /** Out of the process that an earlier daemon gave them to. */
  adopt(unit: ServiceUnit): void {
    const { name, storedFds: record } = unit
    if (record === undefined) return
    try {
      const fds = this.#ports.sockets.takeBack(record.holder, record.names.length)
      this.#stored.set(name, { record, fds: fds.map((fd, index) => ({ fd, name: record.names[index]! })) })
    } catch (error) {
      unit.storeFds(undefined)
      this.#ports.log.warn('stored descriptors were lost', { unit: name, error: (error as Error).message })
    }
  }

  /** FileDescriptorStorePreserve=: over restarts, over stops as well, or over neither. */
  changed(unit: ServiceUnit): void {
    if (!this.#stored.has(unit.name)) return
    const preserve = unit.definition.service?.FileDescriptorStorePreserve
    const isEnding = unit.state.state.startsWith('final-') || unit.state.state.startsWith('auto-restart')
    if (preserve === 'no' ? isEnding || isDown(unit.state) : preserve !== 'yes' && isDown(unit.state))
      this.#keep(unit, [])
  }

  forget(unit: UnitName): void {
    const stored = this.#stored.get(unit)
    if (stored === undefined) return
    closeAll(stored.fds.map(({ fd }) => fd))
    this.#ports.sockets.release(stored.record.holder)
    this.#stored.delete(unit)
  }

  /** The daemon ends, the holders stay. */
  close(): void {
    for (const { fds } of this.#stored.values()) closeAll(fds.map(({ fd }) => fd))
    this.#stored.clear()
  }

  #keep(unit: ServiceUnit, fds: readonly StoredFd[]): void {
    const earlier = this.#stored.get(unit.name)
    const gone = (earlier?.fds ?? []).filter((each) => !fds.includes(each))
    if (fds.length === 0) this.#stored.delete(unit.name)
    else {
      const { holder, confirm } = this.#ports.sockets.hold(fds.map(({ fd }) => fd))
      const record = { holder, names: fds.map(({ name }) => name) }
      this.#stored.set(unit.name, { fds, record })
      unit.storeFds(record)
      confirm()
    }
    if (fds.length === 0) unit.storeFds(undefined)
    closeAll(gone.map(({ fd }) => fd))
    if (earlier !== undefined) this.#ports.sockets.release(earlier.record.holder)
  }
}

/** The same open file, as far as its numbers tell: sockets, pipes and memory files have their own. */
const isSame = (one: number, other: number): boolean => {
  const [a, b] = [fstatSync(one), fstatSync(other)]
  return a.dev === b.dev && a.ino === b.ino
}

const closeAll = (fds: readonly number[]): void => {
  for (const fd of fds) closeSync(fd)
}
