/**
 * The index of a unit: one line of JSON for each thing seen, in the order seen.
 * Offsets are logical: they count all bytes ever written to a stream, whatever rotation has moved away since.
 */
import type { StreamName } from './unit-directory.ts'

/** How long each stream was. */
export type Ends = Readonly<Record<StreamName, number>>

interface Seen {
  readonly atMs: number
  readonly ends: Ends
}

/** What is new in `ends` was written not before `afterMs` and not after `atMs`. */
export interface GrowthRecord extends Seen {
  readonly kind: 'growth'
  readonly afterMs: number
}

/** From `ends` on, bytes belong to this invocation. */
export interface MarkRecord extends Seen {
  readonly kind: 'mark'
  readonly invocation: string
  readonly revision: string | undefined
}

/** Something that happened when the streams had come to `ends`. */
export interface NoteRecord extends Seen {
  readonly kind: 'note'
  readonly text: string
  /** The run that ends here ended badly. */
  readonly isCrash: boolean
}

export type IndexRecord = GrowthRecord | MarkRecord | NoteRecord

export const encodeRecord = (record: IndexRecord): string => `${JSON.stringify(fieldsOf(record))}\n`

/** Short keys: a busy unit's index has thousands of growth records. */
const fieldsOf = (record: IndexRecord): Record<string, unknown> => {
  const seen = { t: record.atMs, o: record.ends.out, e: record.ends.err }
  switch (record.kind) {
    case 'growth':
      return record.afterMs === record.atMs ? seen : { ...seen, a: record.afterMs }
    case 'mark':
      return { ...seen, i: record.invocation, r: record.revision }
    case 'note':
      return { ...seen, n: record.text, ...(record.isCrash ? { c: 1 } : {}) }
  }
}

/** Undefined for a line that is torn or from a version that we don't know. */
export const decodeRecord = (line: string): IndexRecord | undefined => {
  const fields = parseObject(line)
  const { t, o, e, a, i, r, n } = fields
  if (typeof t !== 'number' || typeof o !== 'number' || typeof e !== 'number') return undefined
  const seen = { atMs: t, ends: { out: o, err: e } }
  if (typeof i === 'string')
    return { kind: 'mark', ...seen, invocation: i, revision: typeof r === 'string' ? r : undefined }
  if (typeof n === 'string') return { kind: 'note', ...seen, text: n, isCrash: fields['c'] === 1 }
  return { kind: 'growth', ...seen, afterMs: typeof a === 'number' ? a : t }
}

const parseObject = (line: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
