/** `gitproc status` as a whole process, beside the floor that Node itself sets. */
import { spawnSync } from 'node:child_process'
import { Sandbox } from '../test/support/sandbox.ts'
import { type Measurement, median, repeated } from './measure.ts'

const runs = 15

export const measureStatus = async (): Promise<readonly Measurement[]> => {
  const sandbox = new Sandbox()
  try {
    await sandbox.init({ 'web.service': '[Service]\nExecStart=/bin/sleep 100000\n' })
    await sandbox.start()
    await sandbox.synced()
    const floor: number[] = []
    const status: number[] = []
    for (let run = 0; run < runs; run++) {
      floor.push(...(await repeated(1, () => spawnSync(process.execPath, ['-e', '0']))))
      status.push(...(await repeated(1, () => sandbox.gitproc('status'))))
    }
    const ratio = median(status) / median(floor)
    return [
      { what: 'node -e 0', value: median(floor), unit: 'ms' },
      {
        what: 'gitproc status',
        value: median(status),
        unit: 'ms',
        budget: 60,
        note: `${ratio.toFixed(2)} times node -e 0; the budget is 2.2 times`,
      },
    ]
  } finally {
    await sandbox.end()
  }
}
