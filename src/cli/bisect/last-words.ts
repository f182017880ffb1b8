/** Keeps the last lines that somebody writes. */
import { Writable } from 'node:stream'

const keptBytes = 4096

export class LastWords extends Writable {
  #text = ''

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#text = (this.#text + chunk.toString()).slice(-keptBytes)
    done()
  }

  lines(count: number): readonly string[] {
    return this.#text
      .split('\n')
      .filter((line) => line !== '')
      .slice(-count)
  }
}
