/**
 * A set of applied definitions on disk: one log of units and of the bytes of their files, so that to save one of ten
 * thousand units is to append one line, and so that the last good state runs although git is broken.
 *
 *     {blob: ID, text | base64}     the bytes of a file, written once
 *     {unit: {name, …}}             added or replaced
 *     {removed: NAME}
 */
import type { FileTree, TreeEntry } from '../base/file-tree.ts'
import type { Log } from '../base/log.ts'
import { AppendLog, type Place } from './append-log.ts'
import type { AppliedStore } from './applied-port.ts'
import { blobBytes, blobRecord, isBlobRecord } from './blob-record.ts'
import type { AppliedFile, AppliedUnit } from './records.ts'
import { unreadable } from './state-directory.ts'

/** The file is written anew when it is longer than this, and twice as long as what is of use in it. */
const spareBytes = 4 * 1024 * 1024

type UnitRecord = { readonly unit: AppliedUnit } | { readonly removed: string }

/** Fails `store/read`, `store/write`. Lines that make no sense are left out and logged. */
export const openApplied = (path: string, log: Log): Applied => {
  const opened = AppendLog.open(path, { name: 'applied', version: 1 })
  const units = new Map<string, AppliedUnit>()
  const blobs = new Map<string, Place>()
  let dropped = opened.dropped
  for (const { value, place } of opened.records) {
    if (isBlobRecord(value)) blobs.set(value.blob, place)
    else if (!foldUnit(units, value as UnitRecord)) dropped++
  }
  if (dropped > 0) log.warn('records of applied units were damaged and are left out', { path, dropped })
  return new Applied(opened.log, units, blobs)
}

export class Applied implements AppliedStore {
  readonly #log: AppendLog
  readonly #units: Map<string, AppliedUnit>
  /** Where the bytes of each file lie: they are read back seldom, and are not kept in memory. */
  #blobs: Map<string, Place>
  /** How long the file would be if it were written anew, when that was last found out. */
  #compactLength: number

  constructor(log: AppendLog, units: Map<string, AppliedUnit>, blobs: Map<string, Place>) {
    this.#log = log
    this.#units = units
    this.#blobs = blobs
    this.#compactLength = this.#liveBytes()
    this.#compact()
  }

  async load(): Promise<ReadonlyMap<string, AppliedUnit>> {
    return new Map(this.#units)
  }

  async tree(units: Iterable<AppliedUnit>): Promise<FileTree> {
    const tree = new Map<string, TreeEntry>()
    for (const unit of units) {
      for (const [path, file] of Object.entries(unit.files))
        if (!tree.has(path)) tree.set(path, this.#entry(path, file))
    }
    return tree
  }

  async save(units: readonly AppliedUnit[], tree: FileTree): Promise<void> {
    if (units.length === 0) return
    const added = [...new Map(units.flatMap((unit) => this.#newBlobs(unit, tree)))]
    const places = this.#log.append([
      ...added.map(([, record]) => record),
      ...units.map((unit) => ({ unit })),
    ])
    for (const [position, [id]] of added.entries()) this.#blobs.set(id, places[position] as Place)
    for (const unit of units) this.#units.set(unit.name, unit)
    await this.#log.sync()
    this.#compact()
  }

  async remove(names: readonly string[]): Promise<void> {
    const known = names.filter((name) => this.#units.has(name))
    if (known.length === 0) return
    this.#log.append(known.map((removed) => ({ removed })))
    for (const name of known) this.#units.delete(name)
    await this.#log.sync()
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  #entry(path: string, file: AppliedFile): TreeEntry {
    if (file.kind === 'link') return file
    const place = this.#blobs.get(file.id)
    if (place === undefined) throw unreadable(this.#log.path, `the bytes of ${path} are not in it`)
    return { ...file, bytes: blobBytes(this.#log.read(place)) }
  }

  #newBlobs(unit: AppliedUnit, tree: FileTree): (readonly [string, unknown])[] {
    return Object.entries(unit.files).flatMap(([path, file]) => {
      if (file.kind === 'link' || this.#blobs.has(file.id)) return []
      const entry = tree.get(path)
      if (entry?.kind === 'file' && entry.id === file.id)
        return [[file.id, blobRecord(file.id, entry.bytes)] as const]
      throw unreadable(this.#log.path, `the bytes of ${path} were not given with ${unit.name}`)
    })
  }

  #liveBytes(): number {
    const ids = new Set([...this.#units.values()].flatMap(fileIds))
    const blobBytes = [...ids].reduce((sum, id) => sum + (this.#blobs.get(id)?.length ?? 0), 0)
    return [...this.#units.values()].reduce((sum, unit) => sum + JSON.stringify(unit).length, blobBytes)
  }

  /** Leaves out what no unit refers to any more. */
  #compact(): void {
    const length = this.#log.length
    if (length < Math.max(spareBytes, 2 * this.#compactLength)) return
    const ids = new Set([...this.#units.values()].flatMap(fileIds))
    const live = [...this.#blobs].filter(([id]) => ids.has(id))
    const units = [...this.#units.values()].map((unit) => ({ unit }))
    const places = this.#log.compact([...live.map(([, place]) => this.#log.read(place)), ...units], true)
    if (places === undefined) return
    this.#blobs = new Map(live.map(([id], position) => [id, places[position] as Place]))
    this.#compactLength = this.#log.length
  }
}

const fileIds = (unit: AppliedUnit): string[] =>
  Object.values(unit.files).flatMap((file) => (file.kind === 'file' ? [file.id] : []))

/** False for a record that is none of ours. */
const foldUnit = (units: Map<string, AppliedUnit>, record: UnitRecord): boolean => {
  if (record !== null && typeof record === 'object' && 'unit' in record)
    units.set(record.unit.name, record.unit)
  else if (record !== null && typeof record === 'object' && 'removed' in record) units.delete(record.removed)
  else return false
  return true
}
