/**
 * Finds the id of every object in a pack that has no index yet. Deltas are applied from their bases outwards, one way at a
 * time, so that what is held at once is one chain, and no more than a bound.
 */
import { objectId } from '../object-id.ts'
import { applyDelta } from './delta.ts'
import { maxObjectBytes } from './inflate.ts'
import type { GitObject } from './pack-entry.ts'
import type { IndexedObject } from './pack-index.ts'
import type { PackScan } from './pack-scan.ts'

/** What the objects of one chain of deltas may weigh that are needed at the same time. */
const maxHeldBytes = 2 * maxObjectBytes

interface Delta {
  readonly offset: number
  readonly crc: number
}

interface Held extends GitObject {
  /** Deltas on this object that have not been applied yet. */
  readonly waiting: Delta[]
}

export class PackIndexing {
  readonly objects: IndexedObject[] = []
  readonly #scan: PackScan
  readonly #breathe: () => Promise<void> | undefined
  readonly #bases: number[] = []
  readonly #byOffset = new Map<number, Delta[]>()
  readonly #byOid = new Map<string, Delta[]>()

  /** `breathe` lets others run for a while, when it is time to; it may throw to end the work. */
  constructor(scan: PackScan, breathe: () => Promise<void> | undefined) {
    this.#scan = scan
    this.#breathe = breathe
  }

  /** Ids of objects that deltas are based on and that the pack does not hold. */
  get missing(): readonly string[] {
    return [...this.#byOid.keys()]
  }

  /** All that can be told from the pack alone. Throws RangeError where it makes no sense. */
  async run(): Promise<void> {
    for (const { head, offset, crc, bytes } of this.#scan.entries()) {
      await this.#breathe()
      if (head.type !== undefined) {
        this.objects.push({ oid: objectId(head.type, bytes), offset, crc })
        this.#bases.push(offset)
      } else if (head.baseOid !== undefined) add(this.#byOid, head.baseOid, { offset, crc })
      else add(this.#byOffset, head.baseOffset as number, { offset, crc })
    }
    for (const [index, offset] of this.#bases.entries()) {
      const { oid } = this.objects[index] as IndexedObject
      if (this.#byOffset.has(offset) || this.#byOid.has(oid))
        await this.#unfold(this.#whole(offset), oid, offset)
    }
  }

  /** The same of what is based on an object from elsewhere. */
  async complete(base: GitObject, oid: string): Promise<void> {
    await this.#unfold(base, oid, undefined)
  }

  /** Throws RangeError where deltas are left that nothing leads to. */
  finish(): void {
    if (this.objects.length !== this.#scan.count) throw new RangeError('a delta of a pack has no base')
  }

  async #unfold(base: GitObject, oid: string, offset: number | undefined): Promise<void> {
    const chain: Held[] = [{ ...base, waiting: this.#take(oid, offset) }]
    let held = base.bytes.length
    for (let last = chain.at(-1); last !== undefined; last = chain.at(-1)) {
      await this.#breathe()
      const delta = last.waiting.pop()
      if (last.waiting.length === 0) {
        chain.pop()
        held -= last.bytes.length
      }
      if (delta === undefined) continue
      const bytes = applyDelta(last.bytes, this.#scan.entry(delta.offset).bytes)
      const id = objectId(last.type, bytes)
      this.objects.push({ ...delta, oid: id })
      const waiting = this.#take(id, delta.offset)
      if (waiting.length === 0) continue
      held += bytes.length
      if (held > maxHeldBytes) throw new RangeError('the deltas of a pack are too large')
      chain.push({ type: last.type, bytes, waiting })
    }
  }

  #whole(offset: number): GitObject {
    const { head, bytes } = this.#scan.entry(offset)
    if (head.type === undefined) throw new RangeError('a pack has changed while it was read')
    return { type: head.type, bytes }
  }

  /** What is based on this object; nobody else gets it. */
  #take(oid: string, offset: number | undefined): Delta[] {
    const named = this.#byOid.get(oid) ?? []
    const behind = offset === undefined ? [] : (this.#byOffset.get(offset) ?? [])
    this.#byOid.delete(oid)
    if (offset !== undefined) this.#byOffset.delete(offset)
    return [...named, ...behind]
  }
}

const add = <K>(map: Map<K, Delta[]>, key: K, delta: Delta): void => {
  const known = map.get(key)
  if (known === undefined) map.set(key, [delta])
  else known.push(delta)
}
