/** `gitproc status` as a person types it, a whole process, beside the floor that Node itself sets. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Sandbox } from '../test/support/sandbox.ts'
import { type Measurement, median, quantile, timed } from './measure.ts'

const pairs = 41
const warmUps = 3
const launcher = join(import.meta.dirname, '..', 'dist', 'bin', 'gitproc')

/** Each run beside one of the floor: the machine's speed drifts, and both drift with it. */
export const measureStatus = async (): Promise<readonly Measurement[]> => {
  if (!existsSync(launcher)) throw new Error(`${launcher} is missing: npm run build`)
  const sandbox = new Sandbox()
  const run = (file: string, ...args: readonly string[]): Promise<number> =>
    timed(() => spawnSync(file, args, { env: sandbox.env, cwd: sandbox.prefix }))
  try {
    await sandbox.init({ 'web.service': '[Service]\nExecStart=/bin/sleep 100000\n' })
    await sandbox.start()
    await sandbox.synced()
    const floor: number[] = []
    const status: number[] = []
    for (let pair = 0; pair < warmUps + pairs; pair++) {
      const both = [await run(process.execPath, '-e', '0'), await run(launcher, 'status')] as const
      if (pair < warmUps) continue
      floor.push(both[0])
      status.push(both[1])
    }
    const ratios = status.map((ms, pair) => ms / floor[pair]!)
    const spread = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share).toFixed(2))
    return [
      { what: 'node -e 0', value: median(floor), unit: 'ms' },
      {
        what: 'gitproc status',
        value: median(status),
        unit: 'ms',
        budget: 60,
        note: `${spread[1]} times node -e 0, pair by pair (quartiles ${spread[0]} and ${spread[2]}); the budget is 2.2 times`,
      },
    ]
  } finally {
    await sandbox.end()
  }
}
