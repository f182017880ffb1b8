/**
 * Reading from a very long log, capturing many services, and what capture costs the one who writes.
 * `LOGS_BENCH_GB` (2) is the size of the long log and of what 200 services write together.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { encodeRecord } from '../src/logs/index-record.ts'
import { costOf, startCapture } from './logs-captures.ts'
import { measureServices } from './logs-services.ts'
import { measureWriting } from './logs-writing.ts'
import { type Measurement, timed } from './measure.ts'

const gigabytes = Number(process.env['LOGS_BENCH_GB'] ?? 2)
const unit = 'long.service'
const blockBytes = 16 * 1024 * 1024

export const measureLogs = async (): Promise<readonly Measurement[]> => {
  const directory = mkdtempSync(join(tmpdir(), 'gitproc-bench-logs-'))
  try {
    return [
      ...(await measureReading(directory)),
      ...(await measureSilence(directory)),
      ...(await measureServices(gigabytes)),
      ...(await measureWriting()),
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const queries: readonly (readonly string[])[] = [
  ['-n', '10'],
  ['--since', '1 min ago'],
  ['--grep', 'order 31337 failed'],
  ['--grep', 'order \\d+7777 ok', '-n', '10'],
]

const measureReading = async (directory: string): Promise<readonly Measurement[]> => {
  const { endMs, path } = writeLongLog(directory)
  const measured: Measurement[] = []
  for (const query of queries) {
    const words = query.map((word) => word.replace('1 min ago', new Date(endMs - 60_000).toISOString()))
    const { ms, lines, peak } = ask(directory, words)
    const note = `${lines} lines, peak ${peak.toFixed(0)} MiB`
    measured.push({ what: `logs ${query.join(' ')} of ${gigabytes} GB`, value: ms, unit: 'ms', note })
  }
  const grepMs = await timed(() => execFileSync('grep', ['-c', 'order 31337 failed', path]))
  rmSync(join(directory, unit), { recursive: true })
  return [...measured, { what: `grep -c TEXT of the same file`, value: grepMs, unit: 'ms' }]
}

const entryPoint = join(import.meta.dirname, '..', process.env['GITPROC_ENTRY'] ?? 'src/cli/main.ts')

/** Says on stderr what it had resident at the most. */
const tellPeak = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(2, 'peak ' + process.resourceUsage().maxRSS))",
)}`

/** The command as it is, its start included; its output is counted by wc(1). */
const ask = (directory: string, query: readonly string[]): { ms: number; lines: number; peak: number } => {
  const command = [process.execPath, '--import', tellPeak, entryPoint, 'logs', unit, ...query]
  const env = { ...process.env, GITPROC_LOG_DIR: directory, GITPROC_SOCKET: join(directory, 'no-daemon') }
  const start = performance.now()
  const { stdout, stderr } = spawnSync('sh', ['-c', '"$@" | wc -l', 'sh', ...command], {
    env,
    encoding: 'utf8',
  })
  const peak = Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024
  return { ms: performance.now() - start, lines: Number(stdout), peak }
}

/** A day of lines, evenly, and an index as a capture would have thinned it. */
const writeLongLog = (directory: string): { readonly endMs: number; readonly path: string } => {
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
  return { endMs: startMs + 86_400_000, path: join(directory, unit, 'out') }
}

const measureSilence = async (directory: string): Promise<readonly Measurement[]> => {
  const empty = await startCapture(directory, 0)
  const without = await costOf(empty)
  const thousand = await startCapture(directory, 1000)
  await delay(3000)
  const cost = await costOf(thousand)
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
