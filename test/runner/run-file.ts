/**
 * Runs one test file in a process and a temporary directory of its own, for at most so long, and looks at what it has
 * left behind when it has ended.
 */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from 'node:test'
import type { TestEvent } from 'node:test/reporters'
import { leftBehind } from './left-behind.ts'
import { endProcessesOf, type Found, inWord } from './processes-of.ts'

export interface FileResult {
  readonly file: string
  readonly events: readonly TestEvent[]
  readonly ms: number
  /** What is wrong with the file as a whole and none of its tests says: it hung, or left something behind. */
  readonly faults: readonly string[]
}

export interface Patience {
  /** For the whole file. */
  readonly limitMs: number
  /** For the end of its process after its last test. */
  readonly idleMs: number
  /** For what its process has told to end. */
  readonly patienceMs: number
}

/** `place` is made for it, and removed: paths of sockets are short, so it should be. */
export async function runFile(file: string, place: string, patience: Patience): Promise<FileResult> {
  const startedAt = performance.now()
  const { limitMs, idleMs } = patience
  const directory = join(place, 't')
  const environment = join(place, 'env')
  mkdirSync(directory, { recursive: true })
  // As /tmp is: tests become other users, too.
  chmodSync(directory, 0o1777)
  const outside = join(place, 'outside')
  writeFileSync(environment, `TMPDIR=${directory}\nGITPROC_TEST_OUTSIDE=${outside}\n`)
  writeFileSync(outside, '')
  const faults: string[] = []
  const events: TestEvent[] = []
  const end = (why: string): void => {
    if (faults.length > 0) return
    const tests = underWay(events, file).map((name) => `“${name}”`)
    const at = tests.length > 0 ? `in ${tests.join(', ')}` : 'with no test under way'
    faults.push(`${why}, and was ended ${at}: ${inWords(endProcessesOf(place))}`)
  }
  const limit = setTimeout(() => end(`it took more than ${limitMs / 1000} s`), limitMs)
  let idle: NodeJS.Timeout | undefined
  let hasBegun = false
  for await (const event of run({ files: [file], execArgv: [`--env-file=${environment}`] })) {
    events.push(event)
    clearTimeout(idle)
    // Something is still open in its process: whoever debugs it should not have to wait for long to hear of it.
    hasBegun ||= event.type === 'test:complete'
    if (hasBegun && underWay(events, file).length === 0)
      idle = setTimeout(() => end(`it did not end within ${idleMs / 1000} s after its last test`), idleMs)
  }
  clearTimeout(idle)
  clearTimeout(limit)
  if (faults.length === 0) faults.push(...(await leftBehind(directory, outside, patience.patienceMs)))
  endProcessesOf(place)
  rmSync(place, { recursive: true, force: true, maxRetries: 5 })
  return { file, events, ms: performance.now() - startedAt, faults }
}

/** The names of the tests that have begun and not ended, from the outermost to the innermost. */
const underWay = (events: readonly TestEvent[], file: string): readonly string[] => {
  const begun = new Map<string, string>()
  for (const { type, data } of events) {
    if (type !== 'test:dequeue' && type !== 'test:complete') continue
    const key = `${data.nesting} ${data.name}`
    if (type === 'test:complete') begun.delete(key)
    else if (!data.name.endsWith(file)) begun.set(key, data.name)
  }
  return [...begun.values()]
}

const inWords = (processes: readonly Found[]): string => processes.slice(0, 8).map(inWord).join(', ')
