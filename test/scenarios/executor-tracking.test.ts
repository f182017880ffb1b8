/** Which processes are a unit's, and how all of them end: with a cgroup, and where there is none. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Bench, isRoot, launchSpec } from '../executor/harness.ts'
import { ownCgroupRoot } from '../support/own-cgroups.ts'
import { untilSo } from '../support/until-so.ts'

/** A main that forks a child in a session of its own and ends; the child ignores SIGTERM. */
const escaping =
  'setsid sh -c \'trap "" TERM; echo up >"$UP"; while :; do sleep 0.05; done\' & while [ ! -e "$UP" ]; do sleep 0.01; done'

for (const kind of ['a cgroup', 'no cgroup'] as const) {
  describe(`a unit with ${kind}`, () => {
    let bench: Bench
    before(async () => {
      bench = await Bench.open(kind === 'a cgroup' ? {} : { cgroupRoot: false })
    })
    after(() => bench.close())
    const skip = kind === 'a cgroup' && !isRoot ? 'needs root or a delegated cgroup' : false
    const cgroup = (unit: string) =>
      kind === 'a cgroup' ? { cgroup: { path: `test.slice/${unit}`, settings: {} } } : {}

    it('is not empty while a child of it lives, even one that left the session', { skip }, async () => {
      const environment = { PATH: '/usr/bin:/bin', UP: join(bench.prefix, `up-${kind}`) }
      const spec = launchSpec('escaping.service', escaping, {
        command: { environment },
        ...cgroup('escaping.service'),
      })
      await bench.executor.launch(spec)
      await bench.exited(spec)
      assert.ok((await bench.executor.processes(spec.unit)).length >= 1)
      await bench.executor.signal(spec.unit, 'all', 'SIGTERM')
      assert.ok(!bench.events.some((event) => event.kind === 'empty'))
      await bench.executor.signal(spec.unit, 'all', 'SIGKILL')
      await bench.empty(spec.unit)
      assert.deepEqual(await bench.executor.processes(spec.unit), [])
      await bench.executor.forget(spec.unit, spec.invocationId)
    })

    it('tells what it uses', { skip }, async () => {
      const spec = launchSpec(
        'busy.service',
        'i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done; exec sleep 1000',
        cgroup('busy.service'),
      )
      await bench.executor.launch(spec)
      await bench.execed(spec)
      const uses = () => bench.executor.readUsage(spec.unit)
      await untilSo(() => (uses().cpuUsec ?? 0) >= 10_000 && (uses().memoryBytes ?? 0) >= 100_000)
      assert.equal(uses().tasks, 1)
    })

    it('tells the end of a main that is no child of a shim', { skip }, async () => {
      const unit = 'forking.service'
      const script = 'sleep 1000 & echo $! >"$PID"'
      const environment = { PATH: '/usr/bin:/bin', PID: join(bench.prefix, `pid-${kind}`) }
      const spec = launchSpec(unit, script, {
        command: { environment },
        role: 'ExecStart.0',
        ...cgroup(unit),
      })
      await bench.executor.launch(spec)
      await bench.exited(spec)
      const pid = Number(readFileSync(environment.PID, 'utf8'))
      const found = (await bench.executor.processes(unit)).find((process) => process.pid === pid)
      assert.ok(found)
      bench.executor.watchForeign({ unit, invocationId: spec.invocationId, role: 'main' }, found)
      await bench.executor.signal(unit, found, 'SIGTERM')
      await bench.empty(unit)
      const ends = bench.events.flatMap((event) =>
        event.kind === 'exited' && event.key.unit === unit ? [event] : [],
      )
      assert.deepEqual(
        ends.map((event) => [event.key.role, event.record.exit.kind]),
        [
          ['ExecStart.0', 'exited'],
          ['main', 'unknown'],
        ],
      )
    })
  })
}

describe('a cgroup', { skip: isRoot ? false : 'needs root' }, () => {
  it('is joined by the main and the control commands, not by the shim, and removed when forgotten', async () => {
    const bench = await Bench.open()
    const cgroup = { path: 'test-remove.slice/joined.service', settings: {} }
    const spec = launchSpec('joined.service', 'exec sleep 1000', { cgroup })
    await bench.executor.launch(spec)
    const main = await bench.spawned(spec)
    const path = (pid: number): string =>
      /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ?? ''
    assert.match(path(main.pid), /\/test-remove\.slice\/joined\.service$/)
    const shim = Number(
      readFileSync(join(bench.runDirectory, spec.unit, spec.invocationId, 'main'), 'utf8').split(' ')[2],
    )
    assert.doesNotMatch(path(shim), /joined/)
    const control = {
      ...launchSpec('joined.service', 'grep -q joined.service /proc/self/cgroup'),
      invocationId: spec.invocationId,
      role: 'ExecReload.0',
    }
    for (const time of ['first', 'second']) {
      bench.events.length = 0
      await bench.executor.launch(control)
      assert.deepEqual((await bench.exited(control)).exit, { kind: 'exited', code: 0 }, time)
    }
    await bench.executor.signal(spec.unit, 'all', 'SIGKILL')
    await bench.empty(spec.unit)
    await bench.executor.forget(spec.unit, spec.invocationId)
    const root = ownCgroupRoot(bench.prefix)!
    assert.ok(existsSync(root) && !existsSync(join(root, 'test-remove.slice')))
    await bench.close()
  })

  it('tells which settings this host does not take', async () => {
    const bench = await Bench.open()
    const settings = { 'no.such.file': '1' }
    assert.deepEqual(
      await bench.executor.applyCgroup('x.service', { path: 'test.slice/x.service', settings }),
      ['no.such.file'],
    )
    await bench.executor.forget('x.service', '0')
    await bench.close()
  })

  it('cannot lie outside of ours', async () => {
    const bench = await Bench.open()
    const spec = launchSpec('out.service', '', { cgroup: { path: '../../escape', settings: {} } })
    await assert.rejects(bench.executor.launch(spec), { code: 'executor/cgroup' })
    await bench.close()
  })
})

describe('an ordinary user', { skip: isRoot ? false : 'the other scenarios already run as one' }, () => {
  it('launches, signals and adopts, and is refused the rest with a sentence', () => {
    const script = fileURLToPath(new URL('../executor/ordinary-user.ts', import.meta.url))
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
      uid: 65534,
      gid: 65534,
      env: {},
      encoding: 'utf8',
      timeout: 20_000,
    })
    assert.equal(status, 0, stdout + stderr)
    assert.match(stdout, /^done$/m)
  })
})
