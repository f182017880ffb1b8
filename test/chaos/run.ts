/** `npm run chaos [-- --kills N]`: kills the daemon a thousand times and says what came of it. */
import { parseArgs } from 'node:util'
import { runChaos } from './chaos.ts'

const { values } = parseArgs({ options: { kills: { type: 'string', default: '1000' } } })
const stopping = new AbortController()
// Once: it goes on to its figures. Whoever asks again wants it gone.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
const figures = await runChaos({ kills: Number(values.kills), tell: console.log, signal: stopping.signal })
for (const fault of figures.faults) console.log(`FAULT ${fault}`)
const { kills, commits, rollbacks, starts, lines, exits, unknownExits, seconds, faults } = figures
console.log(
  `${kills} kills in ${seconds} s; ${commits} commits, ${rollbacks} rollbacks, ${starts} starts; ${lines} lines and ${exits} exits checked, ${unknownExits} unknown; ${faults.length} faults`,
)
process.exitCode = faults.length > 0 ? 1 : 0
