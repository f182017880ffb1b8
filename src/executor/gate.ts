/** Lets a few through at a time; the others wait in order. */
export class Gate {
  readonly #width: number
  readonly #waiting: (() => void)[] = []
  #inside = 0

  constructor(width: number) {
    this.#width = width
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#width) await new Promise<void>((enter) => this.#waiting.push(enter))
    else this.#inside += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      // The place is handed on, not given up: nobody who comes now is served before those who wait.
      if (next === undefined) this.#inside -= 1
      else next()
    }
  }
}
