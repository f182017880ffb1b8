/** The files of a revision: the watched folder one level deep, and the directories that belong to units (`NAME.service.d/`). */
import { withChanges } from '../base/changed-keys.ts'
import { GitprocError } from '../base/error.ts'
import type { FileTree, TreeEntry, TreeFile, TreeLink } from '../base/file-tree.ts'
import { DefinitionCheck } from './definition-check.ts'
import { emptyTree, folderTree } from './folder.ts'
import type { History } from './history.ts'
import { yieldToOthers } from './last-change.ts'
import type { ObjectStore } from './object-store.ts'
import { isExecutable, isLink, isSubmodule, readableName, type TreeRecord } from './tree.ts'
import { changedWatchedRecords, isDefinition } from './watched-path.ts'

/** How many blobs are read before others get their turn. */
const blobsAtOnce = 200
/** The revision that runs and the one that is to come. */
const keptFolders = 2

/** The folder of a revision as it was handed out. */
interface ReadFolder {
  readonly tree: string
  readonly files: FileTree
  /** Of all definitions together. */
  readonly bytes: number
}

const emptyFolder: ReadFolder = { tree: emptyTree, files: new Map(), bytes: 0 }

export class FolderReader {
  readonly #objects: ObjectStore
  readonly #history: History
  readonly #folder: readonly string[]
  /**
   * Those handed out last, the newest at the end. They are the cache of blobs, too: an entry that is the same is taken over,
   * so that what is kept is bounded by what is in use.
   */
  #recent: readonly ReadFolder[] = []

  constructor(objects: ObjectStore, history: History, folder: readonly string[]) {
    this.#objects = objects
    this.#history = history
    this.#folder = folder
  }

  /** Two revisions with the same folder give the same object. Fails `git/unreadable`, `git/unsupported` (submodules, Git LFS, names and sizes that nobody needs). */
  async read(sha: string): Promise<FileTree> {
    const tree = folderTree(this.#objects, this.#history.commit(sha).tree, this.#folder)
    const known = this.#recent.find((folder) => folder.tree === tree)
    const folder = known ?? (await this.#readNew(tree))
    this.#recent = [...this.#recent.filter((other) => other.tree !== tree), folder].slice(-keptFolders)
    return folder.files
  }

  async #readNew(tree: string): Promise<ReadFolder> {
    const earlier = this.#recent.at(-1)
    try {
      return await this.#readAfter(earlier ?? emptyFolder, tree)
    } catch (error) {
      // After a forced push, `git gc` takes away what the earlier one was made of.
      const isRead = earlier === undefined || (error as Partial<GitprocError>).code !== 'git/unreadable'
      if (isRead) throw error
      return this.#readAfter(emptyFolder, tree)
    }
  }

  /** Made from an earlier one by what differs between the two. */
  async #readAfter(earlier: ReadFolder, tree: string): Promise<ReadFolder> {
    const changes = new Map<string, TreeEntry | undefined>()
    const check = new DefinitionCheck(earlier.bytes)
    for (const [bytePath, record] of changedWatchedRecords(this.#objects, earlier.tree, tree)) {
      const path = readableName(bytePath)
      if (record && isSubmodule(record)) throw submodule(path)
      const before = earlier.files.get(path)
      if (record && same(before, record)) continue
      changes.set(path, record && this.#entry(record))
      if (before?.kind === 'file' && isDefinition(path)) check.remove(before.bytes)
    }
    await this.#check(changes, check)
    return { tree, files: withChanges(earlier.files, changes), bytes: check.total }
  }

  /** Bytes are read now rather than in the middle of a plan: a damaged object refuses the whole revision. */
  async #check(entries: ReadonlyMap<string, TreeEntry | undefined>, check: DefinitionCheck): Promise<void> {
    let read = 0
    for (const [path, entry] of entries) {
      if (entry?.kind !== 'file' || !isDefinition(path)) continue
      check.add(path, entry.bytes)
      if (++read % blobsAtOnce === 0) await yieldToOthers()
    }
  }

  #entry(record: TreeRecord): TreeEntry {
    return isLink(record) ? linkEntry(this.#objects, record) : new BlobFile(this.#objects, record)
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
