/**
 * Runs one test file in a process and a temporary directory of its own, for at most so long, and looks at what it has
 * left behind when it has ended.
 */
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from 'node:test'
import type { TestEvent } from 'node:test/reporters'
import { setTimeout as delay } from 'node:timers/promises'
import { endProcessesOf, type Found, processesOf } from './processes-of.ts'

export interface FileResult {
  readonly file: string
  readonly events: readonly TestEvent[]
  readonly ms: number
  /** What is wrong with the file as a whole and none of its tests says: it hung, or left something behind. */
  readonly faults: readonly string[]
}

const idleMs = 30_000

/** `place` is made for it, and removed: paths of sockets are short, so it should be. */
export async function runFile(file: string, place: string, limitMs: number): Promise<FileResult> {
  const startedAt = performance.now()
  const directory = join(place, 't')
  const environment = join(place, 'env')
  mkdirSync(directory, { recursive: true })
  // As /tmp is: tests become other users, too.
  chmodSync(directory, 0o1777)
  writeFileSync(environment, `TMPDIR=${directory}\n`)
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
  for await (const event of run({ files: [file], execArgv: [`--env-file=${environment}`] })) {
    events.push(event)
    clearTimeout(idle)
    // Something is still open in its process: whoever debugs it should not have to wait for long to hear of it.
    if (underWay(events, file).length === 0)
      idle = setTimeout(() => end(`it did not end within ${idleMs / 1000} s after its last test`), idleMs)
  }
  clearTimeout(idle)
  clearTimeout(limit)
  if (faults.length === 0) faults.push(...(await leftBehind(directory)))
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

/** Who was told to end when the file's process ended may need a moment. */
async function leftBehind(directory: string): Promise<readonly string[]> {
  let processes = processesOf(directory)
  for (const giveUpAt = performance.now() + 3000; processes.length > 0 && performance.now() < giveUpAt; ) {
    await delay(50)
    processes = processesOf(directory)
  }
  const entries = readdirSync(directory, { recursive: true }).slice(0, 5)
  return [
    ...(processes.length > 0 ? [`it left processes behind: ${inWords(processes)}`] : []),
    ...(entries.length > 0 ? [`it left files behind in its temporary directory: ${entries.join(', ')}`] : []),
  ]
}

const inWords = (processes: readonly Found[]): string =>
  processes
    .slice(0, 5)
    .map(({ pid, words }) => `${pid} (${words.slice(0, 100)})`)
    .concat(processes.length > 5 ? [`${processes.length - 5} more`] : [])
    .join(', ')
