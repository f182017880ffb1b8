/**
 * An archive is zstd in independent frames, with a table of their sizes in a skippable frame at its end: Zstandard's
 * seekable format. `zstdcat` reads it; we read any part of it without what lies before. Pure.
 */

export interface Frame {
  readonly compressedBytes: number
  readonly contentBytes: number
}

/** So much content in each frame: what has to be unpacked to read one line. */
export const frameContentBytes = 1 << 20

const skippableMagic = 0x184d2a5e
const seekableMagic = 0x8f92eab1
export const footerBytes = 9
const headerBytes = 8
const entryBytes = 8

export const encodeSeekTable = (frames: readonly Frame[]): Buffer => {
  const table = Buffer.alloc(tableBytes(frames.length))
  table.writeUInt32LE(skippableMagic, 0)
  table.writeUInt32LE(table.length - headerBytes, 4)
  frames.forEach((frame, i) => {
    table.writeUInt32LE(frame.compressedBytes, headerBytes + i * entryBytes)
    table.writeUInt32LE(frame.contentBytes, headerBytes + i * entryBytes + 4)
  })
  table.writeUInt32LE(frames.length, table.length - footerBytes)
  table.writeUInt32LE(seekableMagic, table.length - 4)
  return table
}

/** How long the table is, given the last `footerBytes` of the archive; undefined where they are no footer. */
export const seekTableBytes = (footer: Buffer): number | undefined =>
  footer.length === footerBytes && footer.readUInt32LE(5) === seekableMagic
    ? tableBytes(footer.readUInt32LE(0))
    : undefined

export const decodeSeekTable = (table: Buffer): readonly Frame[] => {
  const count = table.readUInt32LE(table.length - footerBytes)
  return Array.from({ length: count }, (_, i) => ({
    compressedBytes: table.readUInt32LE(headerBytes + i * entryBytes),
    contentBytes: table.readUInt32LE(headerBytes + i * entryBytes + 4),
  }))
}

const tableBytes = (frames: number): number => headerBytes + frames * entryBytes + footerBytes
