/**
 * Reading from a very long log, capturing many services, and what capture costs the one who writes.
 * `LOGS_BENCH_GB` (2) is the size of the long log and of what 200 services write together.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { encodeRecord } from '../src/logs/index-record.ts'
import { defaultLogLimits } from '../src/logs/log-limits.ts'
import { type Measurement, median, timed } from './measure.ts'

const run = promisify(execFile)
const gigabytes = Number(process.env['LOGS_BENCH_GB'] ?? 2)
const unit = 'long.service'
const blockBytes = 16 * 1024 * 1024

export const measureLogs = async (): Promise<readonly Measurement[]> => {
  const directory = mkdtempSync(join(tmpdir(), 'gitproc-bench-logs-'))
  try {
    return [
      ...(await measureReading(directory)),
      ...(await measureSilence(directory)),
      ...(await measureCapture(directory)),
      ...(await measureWriter(directory)),
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const measureReading = async (directory: string): Promise<readonly Measurement[]> => {
  writeLongLog(directory)
  const nowMs = Date.now()
  const queries = {
    'logs -n 10': { lines: 10 },
    'logs --since "1 min ago"': { sinceMs: nowMs - 60_000 },
    'logs --grep TEXT (warm cache)': { grep: 'order 31337 failed' },
    'logs --grep TEXT -n 10': { grep: 'order \\d+7777 ok', lines: 10 },
  }
  const measured: Measurement[] = []
  for (const [what, query] of Object.entries(queries)) {
    const { stdout } = await run(process.execPath, [
      fixture('logs-query.ts'),
      directory,
      unit,
      JSON.stringify(query),
    ])
    const { ms, count, peakMiB } = JSON.parse(stdout) as { ms: number; count: number; peakMiB: number }
    const note = `${count} lines, peak ${peakMiB.toFixed(0)} MiB`
    measured.push({ what: `${what} of ${gigabytes} GB`, value: ms, unit: 'ms', note })
  }
  rmSync(join(directory, unit), { recursive: true })
  return measured
}

/** A day of lines, evenly, and an index as a capture would have thinned it. */
const writeLongLog = (directory: string): void => {
  mkdirSync(join(directory, unit))
  const lines: string[] = []
  for (let i = 0, bytes = 0; bytes < blockBytes; i++) {
    const line = `order ${i} ok, user=${(i * 7919) % 10007} took ${i % 613} ms, items=${i % 13}\n`
    lines.push(line)
    bytes += line.length
  }
  const block = Buffer.from(lines.join('')).subarray(0, blockBytes)
  block[blockBytes - 1] = 0x0a
  const blocks = Math.ceil((gigabytes * 1e9) / blockBytes)
  const fd = openSync(join(directory, unit, 'out'), 'a')
  const startMs = Date.now() - 86_400_000
  let index = '{"version":1}\n'
  for (let i = 0; i < blocks; i++) {
    writeSync(fd, block)
    index += encodeRecord({
      kind: 'growth',
      atMs: startMs + ((i + 1) * 86_400_000) / blocks,
      afterMs: startMs + (i * 86_400_000) / blocks,
      ends: { out: (i + 1) * blockBytes, err: 0 },
    })
  }
  writeSync(fd, 'order 31337 failed\n')
  closeSync(fd)
  writeFileSync(join(directory, unit, 'err'), '')
  writeFileSync(join(directory, unit, 'index'), index)
}

const measureSilence = async (directory: string): Promise<readonly Measurement[]> => {
  const empty = await startDaemon(directory, 0)
  const without = await costOf(empty)
  const thousand = await startDaemon(directory, 1000)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const cost = await costOf(thousand)
  removeWriters(directory, 1000)
  return [
    {
      what: 'memory for each of 1,000 silent services',
      value: (cost.rssMiB - without.rssMiB) * 1.024,
      unit: 'KiB',
      note: 'capture only',
    },
    { what: 'CPU in 3 s of 1,000 silent services', value: cost.cpuMs, unit: 'ms' },
  ]
}

const measureCapture = async (directory: string): Promise<readonly Measurement[]> => {
  const services = 200
  const daemon = await startDaemon(directory, services)
  const each = Math.round((gigabytes * 1e9) / services / 65536)
  const text = textFile(directory, each)
  const elapsedMs = await timed(() =>
    Promise.all(
      Array.from({ length: services }, (_, i) =>
        writeBlocks(text, join(directory, `writer${i}.service`, 'out'), each),
      ),
    ),
  )
  const cost = await costOf(daemon)
  removeWriters(directory, services)
  return [
    {
      what: `daemon's CPU while ${services} services write ${gigabytes} GB`,
      value: (100 * cost.cpuMs) / cost.elapsedMs,
      unit: '%',
      budget: 5,
      note: `of a core, over ${(elapsedMs / 1000).toFixed(1)} s of writing`,
    },
    { what: "the daemon's memory meanwhile, at its peak", value: cost.peakMiB, unit: 'MiB', budget: 120 },
  ]
}

const pairs = 9

/** In turn with a plain file, each after the disk has come to rest, so that neither pays for what the other has left behind. */
const measureWriter = async (directory: string): Promise<readonly Measurement[]> => {
  const plain = join(directory, 'plain')
  const captured = join(directory, 'writer0.service', 'out')
  const daemon = await startDaemon(directory, 1)
  const text = textFile(directory, 3200)
  const ratios: number[] = []
  const writeMs = async (file: string): Promise<number> => {
    await rotated(captured)
    await run('sync', ['-f', directory])
    return timed(() => writeBlocks(text, file, 3200))
  }
  for (let i = 0; i < pairs; i++) {
    const [first, second] = i % 2 === 0 ? [plain, captured] : [captured, plain]
    const firstMs = await writeMs(first)
    const secondMs = await writeMs(second)
    ratios.push(i % 2 === 0 ? secondMs / firstMs : firstMs / secondMs)
    rmSync(plain)
  }
  await costOf(daemon)
  return [
    {
      what: 'writing 200 MB to the log, compared with a plain file',
      value: 100 * (median(ratios) - 1),
      unit: '%',
      budget: 5,
      note: `longer; with rotation at work; ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}`,
    },
  ]
}

/** Until what was written before is in archives: its rotation is not the next writer's. */
const rotated = async (file: string): Promise<void> => {
  while (statSync(file).blocks * 512 > defaultLogLimits.maxSizeBytes) await delay(20)
}

const fixture = (name: string): string => join(import.meta.dirname, name)

const startDaemon = async (directory: string, units: number): Promise<ChildProcess> => {
  const daemon = spawn(process.execPath, [fixture('logs-daemon.ts'), directory, String(units)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(daemon.stdout!, 'data')
  return daemon
}

interface Cost {
  readonly cpuMs: number
  readonly elapsedMs: number
  readonly rssMiB: number
  readonly peakMiB: number
}

const costOf = async (daemon: ChildProcess): Promise<Cost> => {
  daemon.kill('SIGTERM')
  const [text] = (await once(daemon.stdout!, 'data')) as [Buffer]
  await once(daemon, 'exit')
  return JSON.parse(text.toString()) as Cost
}

/** So many blocks of lines of text, to be copied from: what is all zeros is rotated in another way. */
const textFile = (directory: string, blocks: number): string => {
  const path = join(directory, 'text')
  const lines = Array.from(
    { length: 8192 },
    (_, i) => `order ${i} ok, user=${(i * 7919) % 10007} took ${i % 613} ms\n`,
  )
  const block = Buffer.from(lines.join('')).subarray(0, blockOfText)
  rmSync(path, { force: true })
  for (let i = 0; i < blocks; i++) appendFileSync(path, block)
  return path
}

const blockOfText = 65536

const writeBlocks = async (source: string, file: string, blocks: number): Promise<void> => {
  appendFileSync(file, '')
  await run('dd', [`if=${source}`, `of=${file}`, 'bs=64k', `count=${blocks}`, 'oflag=append', 'conv=notrunc'])
}

const removeWriters = (directory: string, units: number): void => {
  for (let i = 0; i < units; i++)
    rmSync(join(directory, `writer${i}.service`), { recursive: true, force: true })
}
