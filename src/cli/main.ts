/**
 * The command line's entry. Each command is a class of oclif in a file of its own under `commands/`; what they print is
 * made by pure functions under `render/`. Read `run.ts` first, then one command.
 */
import { run } from './run.ts'

// Whoever reads our output may stop at any time (`gitproc logs | head`): that is no failure.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })

/** What still holds the process when all is said (a watch, a timer) may not hold it for longer than this. */
const graceMs = 1000

run(process.argv.slice(2)).then((status) => {
  process.exitCode = status
  setTimeout(() => process.exit(), graceMs).unref()
})
