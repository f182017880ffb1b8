/** The daemon's own process, under the names that Prometheus' client libraries use. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Family } from './prometheus-text.ts'

export interface ProcessFigures {
  readonly cpuSeconds: number
  readonly residentBytes: number
  readonly virtualBytes: number
  readonly openFiles: number
  readonly maxFiles: number
  readonly startTimeSeconds: number
}

export const readProcessFigures = (nowMs: number): ProcessFigures => {
  const { user, system } = process.cpuUsage()
  return {
    cpuSeconds: (user + system) / 1_000_000,
    residentBytes: process.memoryUsage.rss(),
    virtualBytes: numberIn('/proc/self/status', /^VmSize:\s+(\d+) kB$/m) * 1024,
    openFiles: readdirSync('/proc/self/fd').length,
    maxFiles: numberIn('/proc/self/limits', /^Max open files\s+(\d+)/m),
    startTimeSeconds: nowMs / 1000 - process.uptime(),
  }
}

/** `unlimited` is no number, and is told as infinite. */
const numberIn = (file: string, pattern: RegExp): number =>
  Number(pattern.exec(readFileSync(file, 'utf8'))?.[1] ?? Number.POSITIVE_INFINITY)

export const processFamilies = (figures: ProcessFigures): readonly Family[] => [
  {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'CPU time that the daemon has used.',
    samples: [{ value: figures.cpuSeconds }],
  },
  gauge('process_resident_memory_bytes', 'Resident memory of the daemon.', figures.residentBytes),
  gauge('process_virtual_memory_bytes', 'Virtual memory of the daemon.', figures.virtualBytes),
  gauge('process_open_fds', 'File descriptors that the daemon has open.', figures.openFiles),
  gauge('process_max_fds', 'File descriptors that the daemon may have open.', figures.maxFiles),
  gauge('process_start_time_seconds', 'When the daemon started, since the epoch.', figures.startTimeSeconds),
]

const gauge = (name: string, help: string, value: number): Family => ({
  name,
  type: 'gauge',
  help,
  samples: [{ value }],
})
