/** Writes loose objects, and trees with one entry put in another's place. */
import { existsSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { emptyTree, recordAt } from './folder.ts'
import { loosePath } from './loose-object.ts'
import { objectId } from './object-id.ts'
import type { ObjectStore } from './object-store.ts'
import { writeOwnedFile } from './owned-file.ts'
import type { ObjectType } from './pack/pack-entry.ts'
import { serializeTree } from './tree.ts'
import { recordsOf } from './watched-path.ts'

/** Objects are never changed once written, and git marks them so. */
const objectMode = 0o444

export const writeObject = (objectsDir: string, type: ObjectType, bytes: Uint8Array): string => {
  const oid = objectId(type, bytes)
  const path = loosePath(objectsDir, oid)
  if (existsSync(path)) return oid
  const whole = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes])
  writeOwnedFile(path, deflateSync(whole), objectMode)
  return oid
}

/** The root tree with another tree in the place of the folder; everything beside the folder stays as it is. */
export const withFolder = (
  store: { readonly objects: ObjectStore; readonly objectsDir: string },
  root: string,
  folder: readonly string[],
  replacement: string,
): string => {
  const [name, ...below] = folder
  if (name === undefined) return replacement
  const inner = recordAt(store.objects, root, [name])
  const tree = withFolder(store, inner?.mode === 0o40000 ? inner.oid : emptyTree, below, replacement)
  const others = recordsOf(store.objects, root).filter((record) => record.name !== name)
  const records = tree === emptyTree ? others : [...others, { name, mode: 0o40000, oid: tree }]
  return records.length === 0 ? emptyTree : writeObject(store.objectsDir, 'tree', serializeTree(records))
}
