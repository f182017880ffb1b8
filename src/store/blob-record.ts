/** The bytes of a file as a JSON line: as text where they are text, so that a person can read the state. */
import { isUtf8 } from 'node:buffer'

type BlobRecord =
  | { readonly blob: string; readonly text: string }
  | { readonly blob: string; readonly base64: string }

export const blobRecord = (id: string, bytes: Uint8Array): BlobRecord => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return isUtf8(buffer)
    ? { blob: id, text: buffer.toString('utf8') }
    : { blob: id, base64: buffer.toString('base64') }
}

export const isBlobRecord = (value: unknown): value is BlobRecord =>
  typeof value === 'object' && value !== null && typeof (value as { blob?: unknown }).blob === 'string'

/** Throws TypeError for what is no such record. */
export const blobBytes = (value: unknown): Uint8Array => {
  if (!isBlobRecord(value)) throw new TypeError('the line is not that of a blob')
  return 'text' in value ? Buffer.from(value.text, 'utf8') : Buffer.from(value.base64, 'base64')
}
