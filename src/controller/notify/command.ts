/** A command: started with its argument list, no shell; the message as JSON on its standard input; exit status 0 is delivered. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Delivery, Target } from './delivery.ts'
import type { Message } from './message.ts'

const patienceMs = 30_000
const maxWordsBytes = 2_000

export const commandTarget = (argv: readonly string[]): Target => ({
  name: `command ${argv[0]}`,
  deliver: (message) => run(argv, message),
})

const run = (argv: readonly string[], message: Message): Promise<Delivery> =>
  new Promise((resolve) => {
    const [file = '', ...args] = argv
    // A session of its own: what it has started ends with it when time is up.
    const child = spawn(file, args, {
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
      cwd: '/',
      env: environment(message),
    })
    let words = ''
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      endGroup(child)
    }, patienceMs)
    const end = (delivery: Delivery): void => {
      clearTimeout(timer)
      resolve(delivery)
    }
    child.stderr.on('data', (chunk: Buffer) => {
      if (words.length < maxWordsBytes) words += chunk.toString()
    })
    child.on('error', (error) => end({ kind: 'failed', why: error.message }))
    child.on('exit', (code, signal) => {
      if (code === 0) return end({ kind: 'delivered' })
      const how = isLate ? `still running after ${patienceMs / 1000} s` : (signal ?? `exit status ${code}`)
      end({ kind: 'failed', why: [how, lastLine(words)].filter(Boolean).join(': ') })
    })
    // It need not read: how it exits says whether it was delivered.
    child.stdin.on('error', () => {})
    child.stdin.end(`${JSON.stringify(message)}\n`)
  })

const environment = ({ event, outcome, unit }: Message): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  LANG: process.env['LANG'] ?? 'C.UTF-8',
  GITPROC_EVENT: event,
  ...(outcome === undefined ? {} : { GITPROC_OUTCOME: outcome }),
  ...(unit === undefined ? {} : { GITPROC_UNIT: unit }),
})

const endGroup = ({ pid }: ChildProcess): void => {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended in this very moment.
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 200) ?? ''
