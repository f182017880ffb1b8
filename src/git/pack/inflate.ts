/** Bounded decompression: an object says how large it is, and may not be larger. */
import { inflateSync } from 'node:zlib'

/** Unit files are kilobytes; this bounds what a damaged or hostile object can make us allocate. */
export const maxObjectBytes = 256 * 1024 * 1024

export interface Inflated {
  readonly bytes: Buffer
  /** How many bytes of the input it took. */
  readonly taken: number
}

/** Inflates what begins in `compressed`; bytes after the end of the stream are ignored. Throws where sizes differ. */
export const inflateExactly = (compressed: Buffer, size: number): Inflated => {
  // One output chunk of the right size: zlib's default of 16 KiB for each small file makes a large heap.
  const chunkSize = Math.max(64, size + 1)
  const options = { chunkSize, maxOutputLength: Math.max(1, size), info: true }
  const { buffer, engine } = inflateSync(compressed, options) as unknown as WithEngine
  if (buffer.length !== size)
    throw new RangeError(`an object has ${buffer.length} bytes where it says ${size}`)
  return { bytes: buffer, taken: engine.bytesWritten }
}

/** What zlib gives with `info`; its types say a Buffer. */
interface WithEngine {
  readonly buffer: Buffer
  readonly engine: { readonly bytesWritten: number }
}

/** No compressed object of `size` bytes is longer. */
export const longestCompressed = (size: number): number => size + Math.ceil(size / 1000) + 64

/** Inflates a whole loose object, header included. */
export const inflateLoose = (compressed: Buffer): Buffer =>
  inflateSync(compressed, { maxOutputLength: maxObjectBytes })
