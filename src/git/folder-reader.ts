/** The files of a revision: the watched folder one level deep, and the directories that belong to units (`NAME.service.d/`). */
import { GitprocError } from '../base/error.ts'
import type { FileTree, TreeEntry, TreeFile, TreeLink } from '../base/file-tree.ts'
import { DefinitionCheck } from './definition-check.ts'
import { folderTree } from './folder.ts'
import type { History } from './history.ts'
import { yieldToOthers } from './last-change.ts'
import type { ObjectStore } from './object-store.ts'
import { isExecutable, isLink, isSubmodule, readableName, type TreeRecord } from './tree.ts'
import { isDefinition, watchedRecords } from './watched-path.ts'

/** How many blobs are read before others get their turn. */
const blobsAtOnce = 200
/** The revision that runs and the one that is to come. */
const keptTrees = 2

export class FolderReader {
  readonly #objects: ObjectStore
  readonly #history: History
  readonly #folder: readonly string[]
  /**
   * Trees handed out last, by the id of the folder. They are the cache of blobs, too: an entry whose id is the same is
   * taken over, so that what is kept is bounded by what is in use.
   */
  readonly #recent = new Map<string, FileTree>()

  constructor(objects: ObjectStore, history: History, folder: readonly string[]) {
    this.#objects = objects
    this.#history = history
    this.#folder = folder
  }

  /** Two revisions with the same folder give the same object. Fails `git/unreadable`, `git/unsupported` (submodules, Git LFS, names and sizes that nobody needs). */
  async read(sha: string): Promise<FileTree> {
    const tree = folderTree(this.#objects, this.#history.commit(sha).tree, this.#folder)
    const files = this.#recent.get(tree) ?? (await this.#readTree(tree))
    this.#remember(tree, files)
    return files
  }

  async #readTree(tree: string): Promise<FileTree> {
    const files = new Map<string, TreeEntry>()
    const [older, newer] = [...this.#recent.values()]
    const check = new DefinitionCheck()
    let read = 0
    for (const [bytePath, record] of watchedRecords(this.#objects, tree)) {
      const path = readableName(bytePath)
      if (isSubmodule(record)) throw submodule(path)
      const known = same(newer?.get(path), record) ?? same(older?.get(path), record)
      const entry = known ?? this.#entry(record)
      files.set(path, entry)
      // Read now rather than in the middle of a plan: a damaged object refuses the whole revision.
      if (entry.kind === 'file' && isDefinition(path)) check.add(path, entry.bytes)
      if (known === undefined && ++read % blobsAtOnce === 0) await yieldToOthers()
    }
    return files
  }

  #entry(record: TreeRecord): TreeEntry {
    return isLink(record) ? linkEntry(this.#objects, record) : new BlobFile(this.#objects, record)
  }

  #remember(tree: string, files: FileTree): void {
    this.#recent.delete(tree)
    this.#recent.set(tree, files)
    if (this.#recent.size > keptTrees) this.#recent.delete(this.#recent.keys().next().value as string)
  }
}

/** A file whose bytes are read when they are first asked for: a content id never changes its meaning. */
class BlobFile implements TreeFile {
  readonly kind = 'file'
  readonly id: string
  readonly isExecutable: boolean
  readonly #objects: ObjectStore
  #bytes: Uint8Array | undefined

  constructor(objects: ObjectStore, record: TreeRecord) {
    this.#objects = objects
    this.id = record.oid
    this.isExecutable = isExecutable(record)
  }

  get bytes(): Uint8Array {
    this.#bytes ??= alone(this.#objects.readOf('blob', this.id))
    return this.#bytes
  }
}

/** A small Buffer is cut from a pool of 64 KiB, and keeps all of it in memory for as long as it lives: these live long. */
const alone = (bytes: Uint8Array): Uint8Array =>
  bytes.buffer.byteLength > 2 * bytes.length ? new Uint8Array(bytes) : bytes

const linkEntry = (objects: ObjectStore, record: TreeRecord): TreeLink => ({
  kind: 'link',
  id: record.oid,
  target: objects.readOf('blob', record.oid).toString('utf8'),
})

/** The entry, if it still is what the record says. */
const same = (entry: TreeEntry | undefined, record: TreeRecord): TreeEntry | undefined => {
  if (entry === undefined || entry.id !== record.oid || (entry.kind === 'link') !== isLink(record))
    return undefined
  return entry.kind === 'link' || entry.isExecutable === isExecutable(record) ? entry : undefined
}

const submodule = (name: string): GitprocError =>
  new GitprocError('git/unsupported', `${name} is a submodule, and gitproc reads no submodules`, {
    remedy: `move the unit files of ${name} into the watched folder itself`,
    data: { name },
  })
