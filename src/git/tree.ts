/**
 * Tree objects. Names are bytes in git: here they are strings of one character for each byte (latin1), so that no name is
 * lost; `readableName` makes what people see.
 */

export interface TreeRecord {
  /** One character for each byte. */
  readonly name: string
  /** `100644`, `100755`, `120000` (link), `40000` (tree), `160000` (submodule), as a number in base 8. */
  readonly mode: number
  readonly oid: string
}

export const isTree = (record: TreeRecord): boolean => record.mode === 0o40000
export const isLink = (record: TreeRecord): boolean => record.mode === 0o120000
export const isSubmodule = (record: TreeRecord): boolean => record.mode === 0o160000
export const isExecutable = (record: TreeRecord): boolean => (record.mode & 0o170111) === 0o100111

/** Names that git itself never writes: they would lead out of a work tree, or into its repository. */
export const isUnsafeName = (name: string): boolean =>
  name === '' || name === '.' || name === '..' || name.toLowerCase() === '.git' || name.includes('/')

/** The entries of a tree, in git's order; throws RangeError where it is damaged. */
export const parseTree = (bytes: Buffer, from = 0, to = bytes.length): TreeRecord[] => {
  const records: TreeRecord[] = []
  for (let at = from; at < to; ) {
    const nameEnd = entryNameEnd(bytes, at)
    const modeEnd = bytes.indexOf(0x20, at)
    records.push({
      mode: Number.parseInt(bytes.toString('latin1', at, modeEnd), 8),
      name: bytes.toString('latin1', modeEnd + 1, nameEnd),
      oid: bytes.toString('hex', nameEnd + 1, nameEnd + 21),
    })
    at = nameEnd + 21
  }
  return records
}

/** One entry of a tree, found without parsing the others. */
export const findInTree = (bytes: Buffer, name: string): TreeRecord | undefined => {
  for (let at = 0; at < bytes.length; ) {
    const next = entryNameEnd(bytes, at) + 21
    const nameAt = bytes.indexOf(0x20, at) + 1
    if (next - 21 - nameAt === name.length && bytes.toString('latin1', nameAt, next - 21) === name) {
      return parseTree(bytes, at, next)[0]
    }
    at = next
  }
  return undefined
}

/** The bytes of a tree; entries may come in any order. */
export const serializeTree = (records: readonly TreeRecord[]): Buffer =>
  Buffer.concat(
    [...records]
      .sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1))
      .flatMap((record) => [
        Buffer.from(`${record.mode.toString(8)} ${record.name}\0`, 'latin1'),
        Buffer.from(record.oid, 'hex'),
      ]),
  )

/** Git sorts a directory as if its name ended in a slash. */
const sortKey = (record: TreeRecord): string => (isTree(record) ? `${record.name}/` : record.name)

export interface TreeChange {
  readonly name: string
  readonly before: TreeRecord | undefined
  readonly after: TreeRecord | undefined
}

/** Entries that differ between two trees. Costs a comparison of bytes; only the part that differs is parsed. */
export const changedRecords = (before: Buffer, after: Buffer): TreeChange[] => {
  const start = entryBefore(before, commonPrefix(before, after))
  const tail = commonTail(before, after, start)
  const old = new Map(parseTree(before, start, before.length - tail).map((record) => [record.name, record]))
  const changes: TreeChange[] = []
  for (const record of parseTree(after, start, after.length - tail)) {
    const previous = old.get(record.name)
    old.delete(record.name)
    if (previous?.oid === record.oid && previous.mode === record.mode) continue
    changes.push({ name: record.name, before: previous, after: record })
  }
  for (const record of old.values()) changes.push({ name: record.name, before: record, after: undefined })
  return changes
}

/** For people, and for paths of unit files: UTF-8 where it is UTF-8. */
export const readableName = (name: string): string =>
  isAscii(name) ? name : Buffer.from(name, 'latin1').toString('utf8')

/** The inverse: from what a person typed to bytes. */
export const byteName = (name: string): string =>
  isAscii(name) ? name : Buffer.from(name, 'utf8').toString('latin1')

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is what is meant
const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text)

const entryNameEnd = (bytes: Buffer, at: number): number => {
  const end = bytes.indexOf(0, at)
  if (end < 0 || end + 21 > bytes.length) throw new RangeError('a tree is cut short')
  return end
}

/** How many bytes two buffers have in common at their start: halving, so that each byte is compared by memcmp. */
const commonPrefix = (left: Buffer, right: Buffer): number => {
  let low = 0
  let high = Math.min(left.length, right.length)
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (left.compare(right, low, middle, low, middle) === 0) low = middle
    else high = middle - 1
  }
  return low
}

/** Length of the whole entries, after `start`, with which both trees end. */
const commonTail = (before: Buffer, after: Buffer, start: number): number => {
  const bytes = commonSuffix(before.subarray(start), after.subarray(start))
  const [old, young] = [before, after].map(
    (tree) => tree.length - entryFrom(tree, start, tree.length - bytes),
  )
  return old === young ? (old as number) : 0
}

const commonSuffix = (left: Buffer, right: Buffer): number => {
  let low = 0
  let high = Math.min(left.length, right.length)
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    const [l, r] = [left.length, right.length]
    if (left.compare(right, r - middle, r - low, l - middle, l - low) === 0) low = middle
    else high = middle - 1
  }
  return low
}

/** The first start of an entry at or after `position`. */
const entryFrom = (bytes: Buffer, start: number, position: number): number => {
  let at = start
  while (at < position) at = entryNameEnd(bytes, at) + 21
  return at
}

/** Where the entry starts that holds the byte at `position`. */
const entryBefore = (bytes: Buffer, position: number): number => {
  let at = 0
  while (at < bytes.length) {
    const next = entryNameEnd(bytes, at) + 21
    if (next > position) return at
    at = next
  }
  return at
}
