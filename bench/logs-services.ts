/** Two hundred services that all write as fast as they can, under a daemon as it is: what it needs meanwhile. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Sandbox } from '../test/support/sandbox.ts'
import type { Measurement } from './measure.ts'
import { cpuMs, forgetPeak, peakMiB, reapedCpuMs } from './process-facts.ts'
import { pieceBytes, writeText } from './text.ts'

const services = 200
/** After the start of all of them the daemon gives memory back; after the writing it goes on rotating. */
const restMs = 10_000

export const measureServices = async (gigabytes: number): Promise<readonly Measurement[]> => {
  const sandbox = new Sandbox()
  try {
    await sandbox.init({ 'none.target': '[Unit]\nDescription=nothing\n' })
    const doneIn = join(sandbox.prefix, 'done')
    mkdirSync(doneIn)
    const gate = await closedGate(join(sandbox.prefix, 'gate'))
    const pieces = Math.round((gigabytes * 1e9) / services / pieceBytes)
    const text = join(sandbox.prefix, 'text')
    writeText(text, pieces)
    await sandbox.start()
    await sandbox.deploy(writers(`flock -s ${gate.path} dd if=${text} bs=${pieceBytes} status=none`, doneIn))
    await delay(restMs)
    return await watched(sandbox, gigabytes, async () => {
      gate.open()
      while (readdirSync(doneIn).length < services) await delay(100)
    })
  } finally {
    await sandbox.end()
  }
}

const writers = (command: string, doneIn: string): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: services }, (_, i) => [
      `writer${i}.service`,
      `[Service]\nExecStart=/bin/sh -c '${command}; : > ${join(doneIn, String(i))}; exec sleep 100000'\n`,
    ]),
  )

interface Gate {
  readonly path: string
  open(): void
}

/** A lock that is held until it is opened: whoever asks for it waits without work. */
const closedGate = async (path: string): Promise<Gate> => {
  const holder = spawn('flock', [path, 'sh', '-c', 'echo closed; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  return { path, open: () => void holder.stdin.end() }
}

const watched = async (
  { daemonPid }: Sandbox,
  gigabytes: number,
  write: () => Promise<void>,
): Promise<readonly Measurement[]> => {
  forgetPeak(daemonPid)
  const [own, reaped, startMs] = [cpuMs(daemonPid), reapedCpuMs(daemonPid), performance.now()]
  await write()
  const wroteMs = performance.now() - startMs
  const share = (ms: number): number => (100 * ms) / (performance.now() - startMs)
  const whileWriting = share(cpuMs(daemonPid) - own)
  await delay(restMs)
  const children = share(reapedCpuMs(daemonPid) - reaped)
  return [
    {
      what: `daemon's CPU while ${services} services write ${gigabytes} GB`,
      value: whileWriting,
      unit: '%',
      budget: 5,
      note: `of a core, over ${(wroteMs / 1000).toFixed(1)} s of writing; and ${restMs / 1000} s more: ${share(cpuMs(daemonPid) - own).toFixed(1)} %, its children ${children.toFixed(1)} %`,
    },
    {
      what: "the daemon's memory meanwhile, at its peak",
      value: peakMiB(daemonPid),
      unit: 'MiB',
      budget: 120,
    },
  ]
}
