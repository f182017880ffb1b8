/** The capture of logs alone, in a process of its own, and what it has cost when it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface CaptureCost {
  readonly cpuMs: number
  readonly elapsedMs: number
  readonly rssMiB: number
  readonly peakMiB: number
}

/** Captures `writer0.service` and so on. */
export const startCapture = async (directory: string, units: number): Promise<ChildProcess> => {
  const script = join(import.meta.dirname, 'logs-daemon.ts')
  const capture = spawn(process.execPath, [script, directory, String(units)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(capture.stdout!, 'data')
  return capture
}

/** Ends it. */
export const costOf = async (capture: ChildProcess): Promise<CaptureCost> => {
  capture.kill('SIGTERM')
  const [text] = (await once(capture.stdout!, 'data')) as [Buffer]
  await once(capture, 'exit')
  return JSON.parse(text.toString()) as CaptureCost
}
