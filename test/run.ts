/**
 * Runs one suite of tests and ends with the line `N passed, N failed`.
 * `node test/run.ts pure|scenarios|kernel [word in the path …]`
 */
import { globSync } from 'node:fs'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const suites: Readonly<Record<string, (path: string) => boolean>> = {
  pure: (path) => !/^test\/(scenarios|kernel|support)\//.test(path),
  scenarios: (path) => path.startsWith('test/scenarios/'),
  kernel: (path) => path.startsWith('test/kernel/'),
}

const [suite = 'pure', ...words] = process.argv.slice(2)
const belongs = suites[suite]
if (!belongs) {
  console.error(`unknown suite "${suite}": one of ${Object.keys(suites).join(', ')}`)
  process.exit(2)
}
const files = globSync('test/**/*.test.ts')
  .filter((path) => belongs(path) && words.every((word) => path.includes(word)))
  .sort()

const counts = { passed: 0, failed: 0, skipped: 0 }
const failures: string[] = []
const stream = run({ files, concurrency: suite === 'pure' ? 2 : 1, timeout: 600_000 })
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite') return
  if (event.skip !== undefined || event.todo !== undefined) counts.skipped += 1
  else counts.passed += 1
})
stream.on('test:fail', (event) => {
  if (event.details.type === 'suite') return
  counts.failed += 1
  failures.push(`${event.file ?? '?'}: ${event.name}`)
})
const reported = stream.compose(spec)
reported.pipe(process.stdout)
reported.on('end', () => {
  if (counts.passed + counts.failed === 0) failures.push('no test was found')
  for (const failure of failures) console.log(`failed: ${failure}`)
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`)
  process.exitCode = failures.length > 0 ? 1 : 0
})
