/** `npm run simulate`: random schedules on all cores, or one again by its seed with all that happened in it. */
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { runSchedule, type Verdict } from './schedule.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    schedules: { type: 'string', default: '100000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
})

if (process.send !== undefined) await work()
else if (values.seed !== undefined) await replay(Number(values.seed))
else await runAll(Number(values.from), Number(values.schedules), Number(values.workers))

async function replay(seed: number): Promise<void> {
  const { trace, broken } = await runSchedule(seed)
  for (const line of trace) console.log(line)
  console.log(broken === undefined ? `seed ${seed}: every law held` : `seed ${seed}: BROKEN: ${broken}`)
  process.exitCode = broken === undefined ? 0 : 1
}

async function runAll(from: number, count: number, workers: number): Promise<void> {
  const startedMs = performance.now()
  const broken: Verdict[] = []
  const share = Math.ceil(count / workers)
  let events = 0
  const ends = Array.from({ length: workers }, (_, index) => {
    const first = from + index * share
    const last = Math.min(from + count, first + share)
    const child = fork(import.meta.filename, [String(first), String(last)], { execArgv: process.execArgv })
    child.on('message', (message: { readonly verdict?: Verdict; readonly events?: number }) => {
      events += message.events ?? 0
      if (message.verdict === undefined) return
      broken.push(message.verdict)
      console.log(`seed ${message.verdict.seed}: BROKEN: ${message.verdict.broken}`)
    })
    return new Promise<number | null>((resolve) => child.on('exit', resolve))
  })
  const codes = await Promise.all(ends)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  console.log(`${count} schedules, ${events} events, ${seconds} s, ${broken.length} broken`)
  process.exitCode = broken.length > 0 || codes.some((code) => code !== 0) ? 1 : 0
}

async function work(): Promise<void> {
  const [first, last] = positionals.map(Number) as [number, number]
  let events = 0
  for (let seed = first; seed < last; seed += 1) {
    const verdict = await runSchedule(seed)
    events += verdict.trace.length
    if (verdict.broken !== undefined) process.send?.({ verdict: { ...verdict, trace: [] } })
  }
  process.send?.({ events })
  process.disconnect?.()
}
