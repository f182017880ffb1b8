/** A small document: read once, kept in memory, replaced on disk as a whole. */
import { readFileSync } from 'node:fs'
import { checkVersion, replaceFile, unreadable } from './state-directory.ts'

export interface DocumentKind<T> {
  /** The key under which the value stands, beside `version`. */
  readonly name: string
  readonly version: number
  readonly empty: T
  /** Whether what was read is such a value at all. */
  readonly isValid: (value: unknown) => boolean
}

export class JsonDocument<T> {
  readonly #path: string
  readonly #kind: DocumentKind<T>
  #value: T
  #waiting: Change<T>[] = []
  #isWriting = false

  /** Fails `store/read`: forgetting it quietly would undo what somebody asked for. */
  constructor(path: string, kind: DocumentKind<T>) {
    this.#path = path
    this.#kind = kind
    this.#value = readDocument(path, kind)
  }

  get value(): T {
    return this.#value
  }

  /**
   * Durable when it resolves. Changes that come during a write are made in order by the next one, all at once: five
   * hundred units stopped together cost a few writes. Fails `store/write`, and then nothing has changed.
   */
  update(change: (value: T) => T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject })
      if (!this.#isWriting) void this.#writeWaiting()
    })
  }

  async #writeWaiting(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        await this.#replace(batch.reduce((value, { change }) => change(value), this.#value))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#isWriting = false
  }

  async #replace(value: T): Promise<void> {
    if (value === this.#value) return
    const { name, version } = this.#kind
    await replaceFile(this.#path, `${JSON.stringify({ version, [name]: value }, undefined, 2)}\n`)
    this.#value = value
  }
}

interface Change<T> {
  readonly change: (value: T) => T
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const readDocument = <T>(path: string, kind: DocumentKind<T>): T => {
  const text = readIfThere(path)
  if (text === undefined) return kind.empty
  const document = parse(path, text)
  checkVersion(path, document['version'], kind.version)
  const value = document[kind.name]
  if (!kind.isValid(value)) throw unreadable(path, `it holds no ${kind.name}`)
  return value as T
}

const parse = (path: string, text: string): Record<string, unknown> => {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>
  } catch (error) {
    throw unreadable(path, (error as Error).message, error)
  }
}

const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unreadable(path, (error as Error).message, error)
  }
}
