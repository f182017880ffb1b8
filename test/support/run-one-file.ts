/** A test file run by the runner, as a process: node:test runs no files from inside of a test. Prints its faults. */
import { runFile } from '../runner/run-file.ts'

// It would win over what the runner says.
delete process.env['TMPDIR']
delete process.env['GITPROC_TEST_OUTSIDE']
const [file = '', place = '', limitMs = ''] = process.argv.slice(2)
const { faults } = await runFile(file, place, { limitMs: Number(limitMs), idleMs: 500, patienceMs: 500 })
console.log(JSON.stringify(faults))
