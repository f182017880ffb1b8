/** One query of the logs in a process of its own: `logs-query.ts LOGS UNIT JSON`. Prints milliseconds, lines, peak MiB. */
import { readLogs } from '../src/logs/read.ts'

const [directory, name, json] = process.argv.slice(2)
const { grep, ...given } = JSON.parse(json!) as { grep?: string; lines?: number; sinceMs?: number }
const start = performance.now()
let count = 0
const query = { directory: directory!, units: [{ name: name! }], ...given }
for await (const _line of readLogs(grep === undefined ? query : { ...query, grep: new RegExp(grep) })) count++
const peakMiB = process.resourceUsage().maxRSS / 1024
console.log(JSON.stringify({ ms: performance.now() - start, count, peakMiB }))
