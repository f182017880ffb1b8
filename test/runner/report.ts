/**
 * What a person reads of a suite: each file's tests together, in the order in which the files ended; then everything that
 * failed once more, and the line `N passed, N failed`.
 */
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { spec, type TestEvent } from 'node:test/reporters'
import type { FileResult } from './run-file.ts'

export class Report {
  readonly failures: string[] = []
  readonly #counts = { passed: 0, failed: 0, skipped: 0 }
  readonly #events = new PassThrough({ objectMode: true })
  readonly #shown: Promise<unknown>

  constructor(output: NodeJS.WritableStream) {
    const reported = this.#events.compose(spec)
    reported.pipe(output, { end: false })
    this.#shown = once(reported, 'end')
  }

  add({ file, events, ms, faults }: FileResult): void {
    for (const event of events) {
      this.#count(event, file)
      if (!isSumOfFile(event)) this.#events.write(event)
    }
    for (const fault of faults) this.fault(`${file}: ${fault}`)
    this.#say(`${file}: ${(ms / 1000).toFixed(1)} s`)
  }

  /** Something that failed and is no test. */
  fault(sentence: string): void {
    this.#counts.failed += 1
    this.failures.push(sentence)
    this.#say(`failed: ${sentence}`)
  }

  /** Everything is written when it resolves. */
  async end(): Promise<void> {
    this.#events.end()
    await this.#shown
    const { passed, failed, skipped } = this.#counts
    if (passed + failed === 0) this.failures.push('no test was found')
    for (const failure of this.failures) console.log(`failed: ${failure}`)
    console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  }

  #say(message: string): void {
    this.#events.write({ type: 'test:diagnostic', data: { nesting: 0, message, level: 'info' } })
  }

  #count({ type, data }: TestEvent, file: string): void {
    if (type !== 'test:pass' && type !== 'test:fail') return
    if (data.details.type === 'suite') return
    if (type === 'test:fail') {
      this.#counts.failed += 1
      this.failures.push(`${file}: ${data.name}`)
    } else if (data.skip !== undefined || data.todo !== undefined) this.#counts.skipped += 1
    else this.#counts.passed += 1
  }
}

/** Counts that node:test adds to each run; ours is of many. */
const isSumOfFile = ({ type, data }: TestEvent): boolean =>
  type === 'test:summary' ||
  ((type === 'test:diagnostic' || type === 'test:plan') && !('file' in data && data.file !== undefined))
