/** Merges sorted sources into one sorted sequence, holding one batch of each. */

export type BatchSource<T> = AsyncIterator<readonly T[]>

interface Cursor<T> {
  readonly source: BatchSource<T>
  batch: readonly T[]
  at: number
}

const outputBatch = 512

/** `compare` as for sorting. A source that is not quite sorted keeps its own order. */
export async function* mergeSorted<T>(
  sources: readonly BatchSource<T>[],
  compare: (a: T, b: T) => number,
): AsyncGenerator<readonly T[]> {
  const heap = new CursorHeap(compare, await Promise.all(sources.map(beginOn)))
  let output: T[] = []
  try {
    for (let top = heap.top; top !== undefined; top = heap.top) {
      output.push(top.batch[top.at++]!)
      const isUsedUp = top.at >= top.batch.length
      // What is known is told before more is read: the one who asked may have enough.
      if (isUsedUp || output.length >= outputBatch) {
        yield output
        output = []
      }
      if (isUsedUp) await refill(top)
      heap.settleTop()
    }
  } finally {
    await Promise.all(sources.map((source) => source.return?.()))
  }
}

const beginOn = async <T>(source: BatchSource<T>): Promise<Cursor<T>> => {
  const cursor: Cursor<T> = { source, batch: [], at: 0 }
  await refill(cursor)
  return cursor
}

/** An empty batch of a cursor means that its source is at its end. */
const refill = async <T>(cursor: Cursor<T>): Promise<void> => {
  cursor.at = 0
  cursor.batch = []
  while (cursor.batch.length === 0) {
    const next = await cursor.source.next()
    if (next.done === true) return
    cursor.batch = next.value
  }
}

/** A binary heap whose top is the cursor with the least element. */
class CursorHeap<T> {
  private readonly compare: (a: T, b: T) => number
  private readonly cursors: Cursor<T>[]

  constructor(compare: (a: T, b: T) => number, cursors: readonly Cursor<T>[]) {
    this.compare = compare
    this.cursors = cursors.filter((cursor) => cursor.batch.length > 0)
    for (let at = (this.cursors.length >> 1) - 1; at >= 0; at--) this.sink(at)
  }

  get top(): Cursor<T> | undefined {
    return this.cursors[0]
  }

  /** To be called when the top has moved on: puts it where it belongs now, or removes it at its end. */
  settleTop(): void {
    const top = this.cursors[0]
    if (top !== undefined && top.batch.length === 0) {
      const last = this.cursors.pop()!
      if (this.cursors.length === 0) return
      this.cursors[0] = last
    }
    this.sink(0)
  }

  private sink(from: number): void {
    const { cursors } = this
    for (let at = from; ; ) {
      const left = 2 * at + 1
      const least = this.isBefore(left + 1, left) ? left + 1 : left
      if (!this.isBefore(least, at)) return
      const moved = cursors[at]!
      cursors[at] = cursors[least]!
      cursors[least] = moved
      at = least
    }
  }

  private isBefore(a: number, b: number): boolean {
    const first = this.cursors[a]
    const second = this.cursors[b]
    if (first === undefined || second === undefined) return false
    return this.compare(first.batch[first.at]!, second.batch[second.at]!) < 0
  }
}
