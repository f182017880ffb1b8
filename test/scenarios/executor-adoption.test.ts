/** What the next daemon finds: everything that was started, once, alive or with its true end. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isAlive, readStat } from '../../src/executor/proc.ts'
import { Bench, isRoot, launchSpec } from '../executor/harness.ts'
import { untilSo } from '../support/until-so.ts'

const launcher = fileURLToPath(new URL('../executor/launcher.ts', import.meta.url))
const rounds = Number(process.env['GITPROC_TEST_KILLS'] ?? 20)

const killLauncherAfter = (runDirectory: string, journal: string, round: number, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [launcher, runDirectory, journal, String(round)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), ms))
    child.once('exit', () => resolve())
  })

describe('after the daemon was killed', () => {
  it('every launch was made once or never, and every end is known', { timeout: 300_000 }, async () => {
    const prefix = mkdtempSync(join(tmpdir(), 'gitproc-kills-'))
    const journal = join(prefix, 'journal')
    writeFileSync(journal, '')
    let found = 0
    // A slow machine launches little until it is killed: then it takes some rounds more.
    for (let round = 0; round < rounds || found <= rounds; round += 1) {
      await killLauncherAfter(join(prefix, 'run'), journal, round, Math.random() * 120)
      const bench = await Bench.open({ prefix })
      const adopted = await bench.executor.adopt()
      found += adopted.length
      for (const { key, record, process, revision } of adopted) {
        const index = Number(/-(\d+)\./.exec(key.unit)?.[1])
        const spec = { ...launchSpec(key.unit, ''), ...key }
        if (index % 2 === 0) {
          const { exit, failedStep } = record ?? (await bench.exited(spec))
          assert.deepEqual(
            { exit, failedStep },
            { exit: { kind: 'exited', code: index % 100 }, failedStep: undefined },
          )
        } else {
          assert.ok(
            record === undefined && process !== undefined && isAlive(process),
            JSON.stringify({ key, record }),
          )
          await bench.executor.signal(key.unit, 'all', 'SIGKILL')
          assert.deepEqual((await bench.exited(spec)).exit, {
            kind: 'killed',
            signal: 'SIGKILL',
            dumpedCore: false,
          })
        }
        assert.equal(revision, String(index % 100))
      }
      const started = readFileSync(journal, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split(' ')[0] ?? '')
      assert.equal(new Set(started).size, started.length, 'an invocation was started twice')
      const known = new Set(adopted.map(({ key }) => key.invocationId))
      assert.deepEqual(
        started.filter((id) => !known.has(id)),
        [],
        'a process was started that nobody adopted',
      )
      for (const { key } of adopted) await bench.executor.forget(key.unit, key.invocationId)
      assert.deepEqual(
        readdirSync(join(prefix, 'run')).filter((name) => !name.startsWith('.')),
        [],
      )
      await bench.executor.close()
      writeFileSync(journal, '')
    }
    await (await Bench.open({ prefix })).close()
  })

  it('a launch whose shim has not claimed it yet never happens', async () => {
    const bench = await Bench.open()
    const spec = launchSpec('early.service', 'exit 0')
    const directory = join(bench.runDirectory, spec.unit, spec.invocationId)
    mkdirSync(directory, { recursive: true })
    const saved = { protocol: 1, bootId: 'x', launchedAtMs: 0, spec, links: [] }
    writeFileSync(join(directory, 'spec.json'), JSON.stringify(saved))
    assert.deepEqual(await bench.executor.adopt(), [])
    assert.ok(!existsSync(directory))
    await bench.close()
  })

  it('a process of another boot is not looked for among the living', async () => {
    const bench = await Bench.open()
    const spec = launchSpec('old.service', 'sleep 1000')
    await bench.executor.launch(spec)
    const process = await bench.spawned(spec)
    const file = join(bench.runDirectory, spec.unit, spec.invocationId, 'spec.json')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), bootId: 'another' }))
    const next = await Bench.open({ prefix: bench.prefix })
    const [adopted] = await next.executor.adopt()
    assert.deepEqual(adopted?.record?.exit, { kind: 'unknown', why: 'the host was started anew' })
    assert.ok(isAlive(process))
    await next.executor.close()
    await bench.close()
  })

  it('a service whose shim was killed is still supervised, and its end is called unknown', async (context) => {
    for (const isOurChild of [true, false]) {
      const bench = await Bench.open()
      const spec = launchSpec('orphan.service', 'exec sleep 1000')
      await bench.executor.launch(spec)
      const main = await bench.spawned(spec)
      const record = readFileSync(join(bench.runDirectory, spec.unit, spec.invocationId, 'main'), 'utf8')
      const shim = readStat(Number(record.split(' ')[2]))
      assert.ok(shim)
      const next = isOurChild ? bench : await Bench.open({ prefix: bench.prefix })
      context.after(() => next.close())
      if (!isOurChild) await bench.executor.close()
      process.kill(shim.pid, 'SIGKILL')
      if (!isOurChild) {
        // Where much else runs, a signal may need a while to end it; who finds it alive looks again only much later.
        await untilSo(() => !isAlive(shim))
        const [adopted] = await next.executor.adopt()
        assert.deepEqual([adopted?.process, adopted?.record], [main, undefined])
      }
      assert.deepEqual(await next.executor.processes(spec.unit), [main])
      await next.executor.signal(spec.unit, main, 'SIGTERM')
      assert.equal((await next.exited(spec)).exit.kind, 'unknown')
      await next.empty(spec.unit)
    }
  })

  it('a shim ignores what is sent to its session', async () => {
    const bench = await Bench.open()
    const spec = launchSpec('sturdy.service', 'exec sleep 1000')
    await bench.executor.launch(spec)
    const main = await bench.spawned(spec)
    await bench.execed(spec)
    const shim = Number(
      readFileSync(join(bench.runDirectory, spec.unit, spec.invocationId, 'main'), 'utf8').split(' ')[2],
    )
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGPIPE'])
      process.kill(-shim, signal)
    assert.ok(isAlive(main))
    await bench.executor.signal(spec.unit, main, 'SIGUSR1')
    assert.deepEqual((await bench.exited(spec)).exit, {
      kind: 'killed',
      signal: 'SIGUSR1',
      dumpedCore: false,
    })
    await bench.close()
  })

  it('a service in a PID namespace goes on, with its true end', {
    skip: isRoot ? false : 'needs root',
  }, async () => {
    const bench = await Bench.open()
    const spec = launchSpec('private.service', 'trap "exit 42" TERM; while :; do sleep 0.01; done', {
      sandbox: { privatePids: true },
    })
    await bench.executor.launch(spec)
    await bench.execed(spec)
    await bench.executor.close()
    const next = await Bench.open({ prefix: bench.prefix })
    const [adopted] = await next.executor.adopt()
    assert.ok(adopted?.process !== undefined && adopted.record === undefined)
    await next.executor.signal(spec.unit, adopted.process, 'SIGTERM')
    assert.deepEqual((await next.exited(spec)).exit, { kind: 'exited', code: 42 })
    await next.close()
  })

  it('a reused pid is neither adopted nor signalled', async () => {
    const bench = await Bench.open()
    const main = { pid: process.pid, startTicks: 1 }
    await bench.executor.signal('any.service', main, 'SIGKILL')
    assert.ok(!isAlive(main))
    await bench.close()
  })
})
