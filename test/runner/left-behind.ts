/** What a test file has left on the host: each kind of it is one sentence. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { inWord, processesOf } from './processes-of.ts'

/**
 * Looked for in its temporary directory, and at the paths that the file `outside` names. Who was told to end when the file's
 * process ended may need a moment.
 */
export async function leftBehind(
  directory: string,
  outside: string,
  patienceMs: number,
): Promise<readonly string[]> {
  const found = (): ReadonlyMap<string, readonly string[]> =>
    new Map([
      ['processes', processesOf(directory).map(inWord)],
      ['mounts', mountsIn(directory)],
      ['files in its temporary directory', readdirSync(directory, { recursive: true }).map(String)],
      ['what should be gone', pathsIn(outside).filter((path) => existsSync(path))],
    ])
  let left = found()
  const isTidy = (): boolean => [...left.values()].every((things) => things.length === 0)
  for (const giveUpAt = performance.now() + patienceMs; !isTidy() && performance.now() < giveUpAt; ) {
    await delay(50)
    left = found()
  }
  return [...left]
    .filter(([_, things]) => things.length > 0)
    .map(([kind, things]) => `it left ${kind} behind: ${things.slice(0, 5).join(', ')}`)
}

const pathsIn = (list: string): readonly string[] => [...new Set(readFileSync(list, 'utf8').split('\n'))]

const mountsIn = (directory: string): readonly string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${directory}/`))
