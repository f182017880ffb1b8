/** Waits until a file holds a text, looked at after each change of its folder. */
import { mkdirSync, readFileSync } from 'node:fs'
import { watch } from 'node:fs/promises'
import { dirname } from 'node:path'

const patienceMs = 30_000

export const untilWritten = async (path: string, text: string | RegExp): Promise<string> => {
  const read = (): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return ''
    }
  }
  const isThere = (): boolean => (typeof text === 'string' ? read().includes(text) : text.test(read()))
  mkdirSync(dirname(path), { recursive: true })
  const done = new AbortController()
  const changes = watch(dirname(path), {
    signal: AbortSignal.any([done.signal, AbortSignal.timeout(patienceMs)]),
  })
  // The watch stands from its first step on.
  const steps = changes[Symbol.asyncIterator]()
  let next = steps.next()
  try {
    while (!isThere()) {
      await next
      next = steps.next()
    }
    return read()
  } catch (error) {
    throw new Error(`${path} never held ${text}: ${JSON.stringify(read())}`, { cause: error })
  } finally {
    next.catch(() => {})
    done.abort()
  }
}
