/** The name of an object: the SHA-1 of its kind, its length and its bytes. */
import { createHash } from 'node:crypto'
import type { ObjectType } from './pack/pack-entry.ts'

/** The id that git gives to these bytes. */
export const objectId = (type: ObjectType, bytes: Uint8Array): string =>
  createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex')
