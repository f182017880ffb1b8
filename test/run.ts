/**
 * Runs one suite of tests and ends with the line `N passed, N failed`.
 * `node test/run.ts pure|scenarios|kernel [word in the path …]`; `LANES=1` in the environment runs file after file.
 */
import { chmodSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { aloneBecause, longest } from './runner/alone.ts'
import { inLanes } from './runner/lanes.ts'
import { endProcessesOf } from './runner/processes-of.ts'
import { Report } from './runner/report.ts'
import { runFile } from './runner/run-file.ts'

interface Suite {
  readonly has: (path: string) => boolean
  /** Files at once. Scenarios wait more than they compute; the guest of the kernel tests has one processor. */
  readonly lanes: number
  readonly limitMs: number
}

const processors = availableParallelism()
const suites: Readonly<Record<string, Suite>> = {
  pure: {
    has: (path) => !/^test\/(scenarios|kernel|support)\//.test(path),
    lanes: processors,
    limitMs: 480_000,
  },
  scenarios: {
    has: (path) => path.startsWith('test/scenarios/'),
    lanes: Math.min(processors + 1, 6),
    limitMs: 480_000,
  },
  kernel: { has: (path) => path.startsWith('test/kernel/'), lanes: 1, limitMs: 600_000 },
}

const [name = 'pure', ...words] = process.argv.slice(2)
const suite = suites[name]
if (!suite) {
  console.error(`unknown suite "${name}": one of ${Object.keys(suites).join(', ')}`)
  process.exit(2)
}

const title = (file: string): string => basename(file, '.test.ts')
const rank = (file: string): number =>
  (longest.indexOf(title(file)) + longest.length + 1) % (longest.length + 1)
const files = globSync('test/**/*.test.ts')
  .filter((path) => suite.has(path) && words.every((word) => path.includes(word)))
  .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
const isAlone = (file: string): boolean => name === 'scenarios' && aloneBecause[title(file)] !== undefined

// Each file's process reads hundreds of modules, and would take the types out of them again.
process.env['NODE_COMPILE_CACHE'] ??= join(
  import.meta.dirname,
  '..',
  'node_modules',
  '.cache',
  'compiled-tests',
)
const root = mkdtempSync(join(tmpdir(), 'gp-'))
chmodSync(root, 0o755)
// What is here stands in a file for each process; the environment itself would win over it.
delete process.env['TMPDIR']
const report = new Report(process.stdout)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, async () => {
    endProcessesOf(root)
    rmSync(root, { recursive: true, force: true })
    report.fault(`the suite was ended by ${signal}`)
    await report.end()
    process.exit(1)
  })
let count = 0
const work = async (file: string): Promise<void> => {
  count += 1
  report.add(
    await runFile(file, join(root, String(count)), {
      limitMs: suite.limitMs,
      idleMs: 120_000,
      patienceMs: 5000,
    }),
  )
}
const lanes = Number(process.env['LANES'] ?? suite.lanes)
await inLanes(
  files.filter((file) => !isAlone(file)),
  lanes,
  work,
)
await inLanes(files.filter(isAlone), 1, work)
rmSync(root, { recursive: true, force: true })
await report.end()
process.exitCode = report.failures.length > 0 ? 1 : 0
