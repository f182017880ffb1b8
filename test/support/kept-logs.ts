/** Logs of one unit in a directory of their own: captured as by a daemon, and read back. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { createLogCapture, type LogCaptureOptions } from '../../src/logs/capture.ts'
import type { LogLine } from '../../src/logs/log-line.ts'
import type { LogCapture, LogTargets } from '../../src/logs/log-port.ts'
import type { LogQuery } from '../../src/logs/query.ts'
import { readLogs } from '../../src/logs/read.ts'
import { systemClock } from '../../src/system-clock.ts'

export const unit = 'mailer.service'

interface Setting {
  readonly directory: string
  readonly capture: LogCapture
  readonly files: LogTargets
}

export const logsDirectory = (t: TestContext): string => {
  const directory = mkdtempSync(join(tmpdir(), 'gitproc-logs-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export const startCapture = (directory: string, given: Partial<LogCaptureOptions> = {}): LogCapture =>
  createLogCapture({ directory, clock: systemClock, log: silentLog, ...given })

export const begin = async (t: TestContext, given: Partial<LogCaptureOptions> = {}): Promise<Setting> => {
  const directory = logsDirectory(t)
  const capture = startCapture(directory, given)
  t.after(() => capture.close())
  return { directory, capture, files: await capture.open(unit) }
}

export const linesOf = async (directory: string, query: Partial<LogQuery> = {}): Promise<LogLine[]> => {
  const lines: LogLine[] = []
  for await (const line of readLogs({ directory, units: [{ name: unit }], ...query })) lines.push(line)
  return lines
}

export const messages = (lines: readonly LogLine[]): string[] => lines.map((line) => line.message)
