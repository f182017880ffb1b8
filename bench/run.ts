/** `npm run bench [parse|status|burst|systemd|deploy|large|webhook|scale …]`: measures the built gitproc against the budgets of the design. */
import { measureBesideSystemd } from './beside-systemd.ts'
import { measureBurst } from './burst.ts'
import { measureCrash, measureDeploy } from './deploy.ts'
import { measureLargePlan, measureLongHistory } from './large.ts'
import { measureLogs } from './logs.ts'
import { type Measurement, printTable } from './measure.ts'
import { measureParsing } from './parse.ts'
import { measureWebhook } from './remote.ts'
import { measureScale } from './scale.ts'
import { measureStatus } from './status.ts'

const benchmarks: Readonly<Record<string, () => Promise<readonly Measurement[]>>> = {
  parse: async () => [...(await measureParsing(1000)), ...(await measureParsing(10_000))],
  status: measureStatus,
  logs: measureLogs,
  burst: () => measureBurst(500, 5),
  systemd: () => measureBesideSystemd(500, 3),
  crash: measureCrash,
  deploy: async () => [
    ...(await measureDeploy(10, 60)),
    ...(await measureDeploy(1000, 60)),
    ...(await measureDeploy(10_000, 150)),
  ],
  large: async () => [
    ...(await measureLargePlan(1000)),
    ...(await measureLargePlan(10_000)),
    ...(await measureLongHistory(1000)),
    ...(await measureLongHistory(100_000)),
  ],
  webhook: async () => [
    ...(await measureWebhook(10)),
    ...(await measureWebhook(1000)),
    ...(await measureWebhook(10_000)),
  ],
  scale: async () => [
    ...(await measureScale(100, { PRIVATE_PIDS: 'no' })),
    ...(await measureScale(500, { PRIVATE_PIDS: 'no' })),
    ...(process.getuid?.() === 0 ? await measureScale(500, { PRIVATE_PIDS: 'yes' }) : []),
  ],
}

const asked = process.argv.slice(2)
for (const name of asked) {
  if (!(name in benchmarks)) {
    console.error(`unknown benchmark "${name}": one of ${Object.keys(benchmarks).join(', ')}`)
    process.exit(2)
  }
}
for (const [name, benchmark] of Object.entries(benchmarks)) {
  if (asked.length === 0 || asked.includes(name)) printTable(await benchmark())
}
