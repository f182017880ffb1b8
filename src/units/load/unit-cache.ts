/** What earlier passes parsed, by content: so that one changed file of a thousand costs little. */
import type { TreeEntry } from '../../base/file-tree.ts'
import type { HostFacts } from '../host-facts.ts'
import type { LoadedUnit } from '../loaded-unit.ts'
import { parseUnitFile } from '../syntax/parse.ts'
import type { UnitFile } from '../syntax/unit-file.ts'

/** Keeps what the last pass used and forgets the rest. One cache serves one watched folder. */
export class UnitCache {
  #host: HostFacts | undefined
  #files = new Map<string, UnitFile>()
  #usedFiles = new Map<string, UnitFile>()
  #units = new Map<string, LoadedUnit>()
  #usedUnits = new Map<string, LoadedUnit>()

  /** Begins a pass; other facts of the host make all units anew, for specifiers are expanded by them. */
  begin(host: HostFacts): void {
    if (this.#host !== host) this.#units = new Map()
    this.#host = host
    this.#usedFiles = new Map()
    this.#usedUnits = new Map()
  }

  end(): void {
    this.#files = this.#usedFiles
    this.#units = this.#usedUnits
  }

  file(path: string, entry: TreeEntry): UnitFile {
    const key = `${entry.id} ${path}`
    const file = this.#usedFiles.get(key) ?? this.#files.get(key) ?? parseUnitFile(path, contentOf(entry))
    this.#usedFiles.set(key, file)
    return file
  }

  /** `key` names everything the unit was made of. */
  unit(key: string, make: () => LoadedUnit): LoadedUnit {
    const unit = this.#usedUnits.get(key) ?? this.#units.get(key) ?? make()
    this.#usedUnits.set(key, unit)
    return unit
  }
}

const contentOf = (entry: TreeEntry): Uint8Array | string => (entry.kind === 'file' ? entry.bytes : '')
