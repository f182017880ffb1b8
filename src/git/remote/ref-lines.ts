/** Refs as servers list them, in the words of protocol version 2: `OID NAME`, for HEAD with ` symref-target:NAME` behind it. */
import type { RefTip } from './transport.ts'

/** Undefined where no line tells; without a name, the branch that HEAD stands for. Holds what is asked for, and no more. */
export class RefSearch {
  readonly #wanted: string | undefined
  #head: string | undefined
  #headSha: string | undefined
  #sha: string | undefined

  constructor(ref: string | undefined) {
    this.#wanted = ref
  }

  add(line: string): void {
    const [sha = '', name = '', ...attributes] = line.split(' ')
    if (!/^[0-9a-f]{40}$/.test(sha) || /^0+$/.test(sha)) return
    if (name === this.#wanted) this.#sha = sha
    if (name !== 'HEAD') return
    const target = attributes.find((each) => each.startsWith('symref-target:'))
    this.#head = target?.slice('symref-target:'.length)
    this.#headSha = sha
  }

  get found(): RefTip | undefined {
    if (this.#wanted !== undefined)
      return this.#sha === undefined ? undefined : { ref: this.#wanted, sha: this.#sha }
    return this.#head === undefined || this.#headSha === undefined
      ? undefined
      : { ref: this.#head, sha: this.#headSha }
  }
}
