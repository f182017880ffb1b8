/** Capture alone in a process of its own: `logs-daemon.ts LOGS UNITS`. Says `ready`; on SIGTERM what it has cost. */

import { silentLog } from '../src/base/log.ts'
import { createLogCapture } from '../src/logs/capture.ts'
import { systemClock } from '../src/system-clock.ts'

const [directory, units] = process.argv.slice(2)
const capture = createLogCapture({ directory: directory!, clock: systemClock, log: silentLog })
for (let i = 0; i < Number(units); i++) await capture.open(`writer${i}.service`)
const before = process.cpuUsage()
const startMs = performance.now()
process.on('SIGTERM', async () => {
  const { user, system } = process.cpuUsage(before)
  const elapsedMs = performance.now() - startMs
  const rssMiB = process.memoryUsage.rss() / 1024 / 1024
  process.stdout.write(
    `${JSON.stringify({ cpuMs: (user + system) / 1000, elapsedMs, rssMiB, peakMiB: process.resourceUsage().maxRSS / 1024 })}\n`,
  )
  await capture.close()
  process.exit()
})
// Without services there is nothing that would keep it running.
setInterval(() => {}, 2 ** 30)
process.stdout.write('ready\n')
