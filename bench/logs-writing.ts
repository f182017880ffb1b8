/**
 * What capture costs the one who writes: the same bytes to a log and to a plain file of the same file system, in turn
 * (plain, log, log, plain), each after the other has come to rest. `LOGS_BENCH_PAIRS` (20) of each kind.
 *
 * The time for which a writer was ready to run, but others had the cores, is taken off: it is the machine's, not the
 * log's. What is left is the writer's own work and its waiting for the file system, for a cut of the file among others.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { defaultLogLimits } from '../src/logs/log-limits.ts'
import { memoryDirectory, withExt4Image } from './ext4-image.ts'
import { costOf, startCapture } from './logs-captures.ts'
import type { WriterCost } from './logs-writer.ts'
import { type Measurement, median, medianInterval } from './measure.ts'
import { cpuMs } from './process-facts.ts'

const pairs = Number(process.env['LOGS_BENCH_PAIRS'] ?? 20)
const imageMebibytes = 3000

interface Writing {
  readonly what: string
  readonly pieceBytes: number
  readonly totalBytes: number
  /** As a share of `pairs`. */
  readonly share: number
}

const writings: readonly Writing[] = [
  { what: '200 MB in pieces of 64 KiB', pieceBytes: 65_536, totalBytes: 2e8, share: 1 },
  { what: '2 M lines of 100 bytes, one by one', pieceBytes: 100, totalBytes: 2e8, share: 1 },
  // So long that it is no burst: its log is rotated while it writes.
  { what: '8 M lines of 100 bytes, one by one', pieceBytes: 100, totalBytes: 8e8, share: 1 / 4 },
]

export const measureWriting = async (): Promise<readonly Measurement[]> => {
  const onExt4 = await withExt4Image(imageMebibytes, (directory) => measureOn('ext4 in memory', directory))
  return [...(await measureOn('tmpfs', memoryDirectory)), ...(onExt4 ?? [])]
}

const measureOn = async (fileSystem: string, parent: string): Promise<readonly Measurement[]> => {
  const measured: Measurement[] = []
  for (const writing of writings) {
    const directory = mkdtempSync(join(parent, 'gitproc-bench-logs-'))
    try {
      const costs = await writeInTurn(directory, writing)
      measured.push(comparisonOf(`${writing.what}, to a log on ${fileSystem}`, costs))
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }
  return measured
}

interface Pair {
  readonly plain: WriterCost
  readonly log: WriterCost
}

interface Costs {
  readonly pairs: readonly Pair[]
  /** Of the capture, all of it. */
  readonly captureShare: number
}

const writeInTurn = async (directory: string, writing: Writing): Promise<Costs> => {
  const capture = await startCapture(directory, 1)
  const plainFile = join(directory, 'plain')
  const log = join(directory, 'writer0.service', 'out')
  const isAtRest = (): boolean => statSync(log).blocks * 512 <= defaultLogLimits.maxSizeBytes
  const write = async (file: string): Promise<WriterCost> => {
    await rest(directory, capture.pid!, isAtRest)
    const { pieceBytes, totalBytes } = writing
    const script = join(import.meta.dirname, 'logs-writer.ts')
    const words = [script, file, String(pieceBytes), String(totalBytes)]
    const cost = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as WriterCost
    if (file === plainFile) rmSync(plainFile)
    return cost
  }
  const done: Pair[] = []
  while (done.length < pairs * writing.share) {
    const first = { plain: await write(plainFile), log: await write(log) }
    const [logAgain, plainAgain] = [await write(log), await write(plainFile)]
    done.push(first, { plain: plainAgain, log: logAgain })
  }
  const { cpuMs: spent, elapsedMs } = await costOf(capture)
  return { pairs: done, captureShare: spent / elapsedMs }
}

const quietMs = 200

/** Until what was written before is in archives and on the disk: it is not the next writer's. */
const rest = async (directory: string, capture: number, isAtRest: () => boolean): Promise<void> => {
  while (!isAtRest()) await delay(20)
  execFileSync('sync', ['-f', directory])
  for (let before = -1; before !== cpuMs(capture); ) {
    before = cpuMs(capture)
    await delay(quietMs)
  }
}

const comparisonOf = (what: string, { pairs, captureShare }: Costs): Measurement => {
  const ratios = (of: (cost: WriterCost) => number): readonly number[] =>
    pairs.map((pair) => of(pair.log) / of(pair.plain))
  const own = ratios(({ ms, queuedMs }) => ms - queuedMs)
  const [low, high] = medianInterval(own)
  const longest = (kind: keyof Pair): string => median(pairs.map((pair) => pair[kind].longestMs)).toFixed(0)
  return {
    what,
    value: percent(median(own)),
    unit: '%',
    budget: 5,
    note: [
      `longer (95 %: ${percent(low).toFixed(1)} to ${percent(high).toFixed(1)}), ${pairs.length} pairs`,
      `plain ${median(pairs.map(({ plain }) => plain.ms - plain.queuedMs)).toFixed(0)} ms`,
      `by the clock ${percent(median(ratios(({ ms }) => ms))).toFixed(1)} %`,
      `CPU of the writer ${percent(median(ratios((cost) => cost.cpuMs))).toFixed(1)} %`,
      `longest write ${longest('log')} ms, plain ${longest('plain')}`,
      `capture ${(100 * captureShare).toFixed(1)} % of a core`,
    ].join('; '),
  }
}

const percent = (ratio: number): number => 100 * (ratio - 1)
