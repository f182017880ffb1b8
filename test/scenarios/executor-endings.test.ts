/** How a process ended, in every way that can be told apart. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { ExitRecord } from '../../src/base/exit.ts'
import { readLimitCeilings } from '../../src/executor/limit-ceilings.ts'
import { Bench, isRoot, launchSpec, type Overrides } from '../executor/harness.ts'

const rootOnly = isRoot ? false : 'needs root'

describe('the end of a process', () => {
  let bench: Bench
  let count = 0
  before(async () => {
    bench = await Bench.open()
  })
  after(() => bench.close())

  const end = async (script: string, overrides: Overrides = {}): Promise<Omit<ExitRecord, 'atMs'>> => {
    count += 1
    const spec = launchSpec(`end-${count}.service`, script, overrides)
    await bench.executor.launch(spec)
    const { atMs, ...record } = await bench.exited(spec)
    assert.ok(Math.abs(atMs - Date.now()) < 5000)
    return record
  }
  const killed = (signal: string): object => ({ exit: { kind: 'killed', signal, dumpedCore: false } })

  it('tells exit codes', async () => {
    for (const code of [0, 1, 126, 127, 128, 200, 203, 255]) {
      assert.deepEqual(await end(`exit ${code}`), { exit: { kind: 'exited', code } })
    }
  })

  it('tells a signal from the exit code that looks like it', async () => {
    for (const [signal, number] of [
      ['TERM', 15],
      ['KILL', 9],
      ['HUP', 1],
      ['SEGV', 11],
      ['USR1', 10],
      ['ALRM', 14],
    ] as const) {
      assert.deepEqual(await end(`kill -${signal} $$`), killed(`SIG${signal}`))
      assert.deepEqual(await end(`exit ${128 + number}`), { exit: { kind: 'exited', code: 128 + number } })
    }
    assert.deepEqual(await end('kill -36 $$'), killed('SIGRTMIN+2'))
  })

  it('says where the shell cannot tell', async () => {
    assert.deepEqual(await end('kill -INT $$'), { ...killed('SIGINT'), ambiguous: true })
    assert.deepEqual(await end('exit 141'), { ...killed('SIGPIPE'), ambiguous: true })
  })

  it('notices a core dump', {
    skip: readFileSync('/proc/sys/kernel/core_pattern', 'utf8').startsWith('|')
      ? 'cores go to a program here'
      : false,
  }, async () => {
    const limits = { rlimits: { CORE: { soft: Infinity, hard: Infinity } } }
    const record = await end('kill -ABRT $$', { limits, command: { workingDirectory: bench.prefix } })
    assert.deepEqual(record, { exit: { kind: 'killed', signal: 'SIGABRT', dumpedCore: true } })
  })

  it('names the step that failed before the program ran, with the code of systemd', async () => {
    const step = async (overrides: Overrides): Promise<unknown> => {
      const { exit, failedStep, failedWhy } = await end('exit 0', overrides)
      assert.ok(failedWhy)
      return [failedStep, exit.kind === 'exited' && exit.code]
    }
    assert.deepEqual(await step({ command: { path: '/nowhere', argv: ['/nowhere'] } }), ['EXEC', 203])
    assert.deepEqual(await step({ command: { path: '/etc/passwd', argv: ['/etc/passwd'] } }), ['EXEC', 203])
    const script = join(bench.prefix, 'script')
    writeFileSync(script, '#!/nowhere/interpreter\n', { mode: 0o755 })
    assert.deepEqual(await step({ command: { path: script, argv: [script] } }), ['EXEC', 203])
    assert.deepEqual(await step({ command: { workingDirectory: '/nowhere' } }), ['CHDIR', 200])
    assert.deepEqual(await step({ streams: { stdin: { kind: 'file', path: '/nowhere' } } }), ['STDIN', 208])
    assert.deepEqual(await step({ streams: { stdout: { kind: 'append', path: '/no/where' } } }), [
      'STDOUT',
      209,
    ])
    assert.deepEqual(await step({ streams: { stderr: { kind: 'truncate', path: '/no/where' } } }), [
      'STDERR',
      222,
    ])
    // Where nobody may raise limits, this one is lowered instead.
    if ('NOFILE' in readLimitCeilings()) return
    const rlimits = { NOFILE: { soft: 2 ** 40, hard: 2 ** 40 } }
    assert.deepEqual(await step({ limits: { rlimits } }), ['LIMITS', 205])
  })

  it('tells a program that setpriv could not execute from one that returns the same', {
    skip: rootOnly,
  }, async () => {
    const identity = { uid: 65534, gid: 65534 }
    const { failedStep } = await end('', {
      command: { path: '/etc/passwd', argv: ['/etc/passwd'] },
      identity,
    })
    assert.equal(failedStep, 'EXEC')
    assert.deepEqual(await end('exit 127', { identity }), { exit: { kind: 'exited', code: 127 } })
  })

  it('is told after its start and its exec, in this order, each once', async () => {
    const spec = launchSpec('order.service', 'exit 0')
    await bench.executor.launch(spec)
    await bench.empty('order.service')
    const kinds = bench.events.flatMap((event) =>
      ('key' in event ? event.key.unit : event.unit) === 'order.service' ? event.kind : [],
    )
    assert.deepEqual(kinds, ['spawned', 'execed', 'exited', 'empty'])
  })

  it('is not called execed where exec failed', async () => {
    const spec = launchSpec('no-exec.service', '', { command: { path: '/nowhere', argv: ['/nowhere'] } })
    await bench.executor.launch(spec)
    await bench.exited(spec)
    assert.ok(!bench.events.some((event) => event.kind === 'execed' && event.key.unit === 'no-exec.service'))
  })

  it('keeps appended output, and empties what is to be truncated', async () => {
    const path = join(bench.prefix, 'a file\nof output')
    const write = (unit: string, kind: 'append' | 'truncate' | 'file', script: string): Promise<unknown> => {
      const spec = launchSpec(unit, script, {
        streams: { stdout: { kind, path }, stderr: { kind: 'same-as-stdout' } },
      })
      return bench.executor.launch(spec).then(() => bench.exited(spec))
    }
    await write('write-1.service', 'append', 'echo one; echo two >&2')
    await write('write-2.service', 'append', 'echo three')
    assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\nthree\n')
    await write('write-3.service', 'file', 'echo ONE')
    assert.equal(readFileSync(path, 'utf8'), 'ONE\ntwo\nthree\n')
    await write('write-4.service', 'truncate', 'echo new')
    assert.equal(readFileSync(path, 'utf8'), 'new\n')
  })

  it('leaves no secret on the disk', async () => {
    const spec = launchSpec('secret.service', 'sleep 30', {
      command: { environment: { PASSWORD: 'hunter2' } },
    })
    await bench.executor.launch(spec)
    await bench.spawned(spec)
    assert.ok(
      !readFileSync(join(bench.runDirectory, spec.unit, spec.invocationId, 'spec.json'), 'utf8').includes(
        'hunter2',
      ),
    )
  })

  it('lets nothing be launched twice, and forgets what ended', async () => {
    const spec = launchSpec('once.service', 'exit 0')
    await bench.executor.launch(spec)
    await assert.rejects(bench.executor.launch(spec), { code: 'executor/launch' })
    await bench.exited(spec)
    await bench.empty(spec.unit)
    const directory = join(bench.runDirectory, spec.unit)
    assert.ok(existsSync(directory))
    await bench.executor.forget(spec.unit, spec.invocationId)
    assert.ok(!existsSync(directory))
  })

  it('refuses names that would leave the run directory', async () => {
    mkdirSync(join(bench.prefix, 'outside'))
    for (const overrides of [
      { unit: '../outside' },
      { role: '../x' },
      { invocationId: '..' },
      { unit: 'a\nb' },
    ]) {
      await assert.rejects(bench.executor.launch({ ...launchSpec('x.service', ''), ...overrides }), {
        code: 'executor/unsupported',
      })
    }
  })
})
