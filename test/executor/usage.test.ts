import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { type ProcessStat, readStat } from '../../src/executor/proc.ts'
import { readUsage } from '../../src/executor/usage.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

const everything = ['cpu', 'memory', 'pids', 'io']

/** Files as the kernel writes them. */
const cgroupWith = (
  context: TestContext,
  files: Readonly<Record<string, string>>,
  controllers: readonly string[],
) => {
  const path = temporaryDirectory(context)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return { path, controllers }
}

const nobody = (): never => {
  throw new Error('the processes are not to be asked')
}

const files = {
  'cpu.stat': 'usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n',
  'memory.current': '4096000\n',
  'memory.peak': '8192000\n',
  'pids.current': '7\n',
  'io.stat':
    '8:0 rbytes=1000 wbytes=20 rios=1 wios=1 dbytes=0 dios=0\n253:1 rbytes=500 wbytes=3 rios=1 wios=1\n',
}

const stat = (changed: Partial<ProcessStat>): ProcessStat => ({ ...readStat(process.pid)!, ...changed })

describe('what a unit uses', () => {
  test('is read from its cgroup alone where that tells all, of every block device together', (context) => {
    const cgroup = cgroupWith(context, files, everything)
    assert.deepEqual(readUsage({ cgroup, members: nobody }), {
      cpuUsec: 1_500_000,
      memoryBytes: 4_096_000,
      memoryPeakBytes: 8_192_000,
      tasks: 7,
      ioReadBytes: 1500,
      ioWriteBytes: 23,
    })
  })

  test('is what it was while its CPU time stands still, for one read', (context) => {
    const cgroup = cgroupWith(context, files, everything)
    const earlier = readUsage({ cgroup, members: nobody })
    writeFileSync(join(cgroup.path, 'memory.current'), '1\n')
    assert.equal(readUsage({ cgroup, members: nobody }, earlier), earlier)
    writeFileSync(join(cgroup.path, 'cpu.stat'), 'usage_usec 1500001\n')
    assert.equal(readUsage({ cgroup, members: nobody }, earlier).memoryBytes, 1)
  })

  test('has no I/O yet where nothing went to a device', (context) => {
    const cgroup = cgroupWith(context, { ...files, 'io.stat': '' }, everything)
    const { ioReadBytes, ioWriteBytes } = readUsage({ cgroup, members: nobody })
    assert.deepEqual([ioReadBytes, ioWriteBytes], [0, 0])
  })

  test('comes from its processes where the cgroup has no controllers, but for CPU time', (context) => {
    const cgroup = cgroupWith(context, { 'cpu.stat': files['cpu.stat'] }, [])
    const members = () => [stat({ residentPages: 10, threads: 3 }), stat({ residentPages: 5, threads: 1 })]
    const usage = readUsage({ cgroup, members })
    assert.equal(usage.cpuUsec, 1_500_000)
    assert.equal(usage.memoryBytes, 15 * 4096)
    assert.equal(usage.memoryPeakBytes, undefined)
    assert.equal(usage.tasks, 4)
    assert.ok(usage.ioReadBytes! >= 0 && usage.ioWriteBytes! >= 0)
  })

  test('comes from its processes altogether where there is no cgroup', () => {
    const members = () => [stat({ cpuTicks: 150 }), stat({ cpuTicks: 50 })]
    assert.equal(readUsage({ cgroup: undefined, members }).cpuUsec, 2_000_000)
  })

  test('is not made up where there is neither cgroup nor process', () => {
    assert.deepEqual(readUsage({ cgroup: undefined, members: () => [] }), {
      cpuUsec: undefined,
      memoryBytes: undefined,
      memoryPeakBytes: undefined,
      tasks: 0,
      ioReadBytes: undefined,
      ioWriteBytes: undefined,
    })
  })
})
