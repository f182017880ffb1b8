/** `gitproc logs -f` of several services that never rest, while all around them is restarted and rotated. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

const entryPoint = join(import.meta.dirname, '../..', process.env['GITPROC_ENTRY'] ?? 'src/cli/main.ts')
const names = ['anna', 'bert', 'carl'] as const

/** Numbers its lines from 0 in each run; every tenth goes to stderr. */
const counter = `[Service]
ExecStart=/bin/sh -c 'i=0; while :; do n=0; while [ $n -lt 30 ]; do \\
  if [ $((i %% 10)) = 9 ]; then echo "$i ${'.'.repeat(400)}" >&2; else echo "$i ${'.'.repeat(400)}"; fi; \\
  i=$((i+1)); n=$((n+1)); done; sleep 0.03; done'
`

/** What `-o json` prints, as far as it is looked at here. */
interface Line {
  readonly time: string
  /** Where it is not exactly known. */
  readonly notBefore?: string
  readonly notAfter?: string
  readonly unit: string
  readonly stream: 'stdout' | 'stderr' | 'event'
  readonly invocation: string
  readonly message: string
}

const parsed = (text: string): readonly Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)

const numberOf = ({ message }: Line): number => Number.parseInt(message, 10)

describe('gitproc logs -f of several services', () => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no', LOG_MAX_SIZE: '64K', LOG_MAX_FILES: '500' } })
  const archives = (name: string): number =>
    readdirSync(join(sandbox.prefix, `logs/${name}.service`)).filter((file) => file.endsWith('.zst')).length

  before(async () => {
    await sandbox.init(Object.fromEntries(names.map((name) => [`${name}.service`, counter])))
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  test('tells each line once and in order of time, over rotations, a restart, and a killed daemon', async () => {
    const child = spawn(
      process.execPath,
      [entryPoint, 'logs', '-f', '--since', '1h', '-o', 'json', ...names],
      {
        env: sandbox.env,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const told: Line[] = []
    const waiting = new Set<() => void>()
    createInterface({ input: child.stdout }).on('line', (line) => {
      told.push(...parsed(line))
      for (const look of waiting) look()
    })
    /** Resolves as soon as it holds of what has been told. */
    const until = (holds: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!holds()) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      })
    const moreOfAll = async (): Promise<void> => {
      const from = told.length
      await until(() =>
        names.every((name) => told.slice(from).filter(({ unit }) => unit === `${name}.service`).length > 100),
      )
    }
    const rotatedOnceMore = async (): Promise<void> => {
      const before = names.map(archives)
      await until(() => names.every((name, index) => archives(name) > before[index]!))
    }

    await moreOfAll()
    await rotatedOnceMore()
    await sandbox.gitproc('restart', 'bert')
    await moreOfAll()
    await sandbox.kill()
    await moreOfAll()
    await sandbox.start()
    await moreOfAll()
    await rotatedOnceMore()
    await sandbox.gitproc('stop', ...names)
    const kept = parsed((await sandbox.gitproc('logs', '-o', 'json', ...names)).stdout)
    await until(() => told.length >= kept.length)
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    await gone

    for (const name of names)
      for (const lines of runsOf(told, `${name}.service`))
        assert.deepEqual(
          lines.map(numberOf).toSorted((a, b) => a - b),
          lines.map((_, number) => number),
        )
    assert.equal(runsOf(told, 'bert.service').length, 2)
    assert.deepEqual(told.map(keyOf).toSorted(), kept.map(keyOf).toSorted())
    assert.deepEqual(late(told), [])
  })
})

/** The lines of each run of a unit, as they came. */
const runsOf = (lines: readonly Line[], name: string): readonly (readonly Line[])[] =>
  Object.values(
    Object.groupBy(
      lines.filter(({ unit, stream }) => unit === name && stream !== 'event'),
      ({ invocation }) => invocation,
    ),
  ).map((run) => run ?? [])

const keyOf = ({ unit, stream, invocation, message }: Line): string =>
  [unit, stream, invocation, message].join(' ')

/** Lines that came after one that was certainly written later. */
const late = (lines: readonly Line[]): readonly Line[] => {
  let latest = ''
  return lines.filter(({ time, notBefore = time, notAfter = time }) => {
    const isLate = notAfter < latest
    if (notBefore > latest) latest = notBefore
    return isLate
  })
}
