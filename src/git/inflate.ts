/** Bounded decompression: an object says how large it is, and may not be larger. */
import { inflateSync } from 'node:zlib'

/** Unit files are kilobytes; this bounds what a damaged or hostile object can make us allocate. */
export const maxObjectBytes = 256 * 1024 * 1024

/** Inflates what begins in `compressed`; bytes after the end of the stream are ignored. Throws where sizes differ. */
export const inflateExactly = (compressed: Buffer, size: number): Buffer => {
  // One output chunk of the right size: zlib's default of 16 KiB for each small file makes a large heap.
  const chunkSize = Math.max(64, size + 1)
  const bytes = inflateSync(compressed, { chunkSize, maxOutputLength: Math.max(1, size) })
  if (bytes.length !== size) throw new RangeError(`an object has ${bytes.length} bytes where it says ${size}`)
  return bytes
}

/** Inflates a whole loose object, header included. */
export const inflateLoose = (compressed: Buffer): Buffer =>
  inflateSync(compressed, { maxOutputLength: maxObjectBytes })
