/** Lets what concerns one unit begin one after the other, in the order in which it was asked for. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Fails as `begin` does; the next one's turn comes all the same. */
  async next<T>(unit: string, begin: () => Promise<T>): Promise<T> {
    const before = this.#last.get(unit)
    const turn = before === undefined ? begin() : before.then(begin, begin)
    this.#last.set(unit, turn)
    try {
      return await turn
    } finally {
      if (this.#last.get(unit) === turn) this.#last.delete(unit)
    }
  }
}
