/** What a commit brings that its first parent does not have at the same place: all that whoever has the parent needs. */
import { parseCommit } from './commit.ts'
import { emptyTree, readTree } from './folder.ts'
import type { ObjectStore } from './object-store.ts'
import type { GitObject } from './pack/pack-entry.ts'
import { isSubmodule, isTree, parseTree } from './tree.ts'

export interface NewObjects {
  readonly parent: string | undefined
  readonly objects: readonly GitObject[]
}

/** Fails `git/unreadable`. */
export const newObjects = (store: ObjectStore, sha: string): NewObjects => {
  const bytes = store.readOf('commit', sha)
  const { tree, parents } = parseCommit(sha, bytes)
  const parent = parents[0]
  const before = parent === undefined ? emptyTree : parseCommit(parent, store.readOf('commit', parent)).tree
  return { parent, objects: [{ type: 'commit', bytes }, ...newInTree(store, tree, before)] }
}

const newInTree = (store: ObjectStore, tree: string, before: string): readonly GitObject[] => {
  if (tree === before) return []
  const known = new Map(parseTree(readTree(store, before)).map((record) => [record.name, record]))
  const bytes = readTree(store, tree)
  const below = parseTree(bytes).flatMap((record): readonly GitObject[] => {
    const old = known.get(record.name)
    if (old?.oid === record.oid || isSubmodule(record)) return []
    if (!isTree(record)) return [store.read(record.oid)]
    return newInTree(store, record.oid, old !== undefined && isTree(old) ? old.oid : emptyTree)
  })
  return [{ type: 'tree', bytes }, ...below]
}
