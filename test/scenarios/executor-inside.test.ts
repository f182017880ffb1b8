/** What a service sees of how it was started: every promise of a launch, looked at from inside. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { LaunchSpec } from '../../src/executor/launch-spec.ts'
import { Bench, isRoot, launchSpec, type Overrides } from '../executor/harness.ts'

const nobody = { uid: 65534, gid: 65534 }
const rootOnly = isRoot ? false : 'needs root'

describe('a service, seen from inside', () => {
  let bench: Bench
  before(async () => {
    bench = await Bench.open()
  })
  after(() => bench.close())

  const run = async (
    unit: string,
    path: string,
    words: readonly string[],
    overrides: Overrides = {},
  ): Promise<string> => {
    const environment = { PATH: '/usr/bin:/bin' }
    const command = { path, argv: [path, ...words], environment, ...overrides.command }
    const { text, record } = await bench.output(launchSpec(unit, '', { ...overrides, command }))
    assert.deepEqual(record.exit, { kind: 'exited', code: 0 }, text)
    return text
  }
  const status = (unit: string, overrides: Overrides = {}): Promise<string> =>
    run(unit, '/bin/cat', ['/proc/self/status'], overrides)

  it('has exactly the environment that it was given, whatever the values hold', async () => {
    const environment = {
      NEWLINE: 'one\ntwo\n',
      QUOTES: `it's "so" \`id\``,
      DOLLAR: '$HOME $' + '{PATH} $(id) \\',
      SPACES: '  a  b  ',
      UNICODE: 'grüße 😀',
      EMPTY: '',
      i: 'lower case',
      IFS: ':',
      PWD: '/elsewhere',
    }
    const spec = launchSpec('environment.service', '', {
      command: { path: '/bin/cat', argv: ['/bin/cat', '/proc/self/environ'], environment },
    })
    const { text } = await bench.output(spec)
    const seen = Object.fromEntries(
      text
        .split('\0')
        .slice(0, -1)
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    )
    assert.deepEqual(seen, { ...environment, INVOCATION_ID: spec.invocationId })
  })

  it('has exactly the arguments that it was given, whatever they hold', async () => {
    const words = [
      '',
      ' ',
      '*',
      '$HOME',
      "it's",
      '"',
      'a\nb',
      '--',
      '-n',
      '\\',
      'ü',
      '; touch /tmp/x',
      '-Sn',
      '`id`',
    ]
    const text = await run('arguments.service', process.execPath, [
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      ...words,
    ])
    assert.deepEqual(JSON.parse(text), words)
  })

  it('is called what @ says', async () => {
    const text = await run('zero.service', '', [], {
      command: { path: '/bin/cat', argv: ['a cat', '/proc/self/cmdline'] },
    })
    assert.equal(text, 'a cat\0/proc/self/cmdline\0')
  })

  it('is called what @ says without a trace of how in its environment', async () => {
    const environment = { A: '1', IFS: ':', PERL5OPT: '-Mnothing' }
    const text = await run('trace.service', '', [], {
      command: { path: '/bin/cat', argv: ['a cat', '/proc/self/environ'], environment },
    })
    const names = text
      .split('\0')
      .slice(0, -1)
      .map((pair) => pair.slice(0, pair.indexOf('=')))
    assert.deepEqual(names.sort(), ['A', 'IFS', 'INVOCATION_ID', 'PERL5OPT'])
  })

  it('gets bytes that are no UTF-8 as they are', async () => {
    const text = await run(
      'bytes.service',
      '/bin/sh',
      ['-c', 'printf %s "$1$B" | od -An -tx1', 'sh', 'a\udce9\udcff'],
      {
        command: { environment: { PATH: '/usr/bin:/bin', B: 'é\udc80' } },
      },
    )
    assert.equal(text.trim(), '61 e9 ff c3 a9 80')
  })

  it('is told its own pid as it sees it', async () => {
    const command = { pidVariables: ['WATCHDOG_PID'] }
    for (const privatePids of [false, isRoot]) {
      const text = await run(`own-pid-${privatePids}.service`, '/bin/sh', ['-c', 'echo $$ $WATCHDOG_PID'], {
        command,
        sandbox: { privatePids },
      })
      const [pid, told] = text.trim().split(' ')
      assert.equal(told, pid)
    }
  })

  it('starts in its working directory, with spaces and a newline in the name', async () => {
    const directory = join(bench.prefix, 'a b\nc')
    mkdirSync(directory)
    assert.equal(
      await run('cwd.service', '/bin/pwd', [], { command: { workingDirectory: directory } }),
      `${directory}\n`,
    )
  })

  it('starts in / where an optional working directory is missing', async () => {
    const command = { workingDirectory: '/nowhere', workingDirectoryOptional: true }
    assert.equal(await run('optional.service', '/bin/pwd', [], { command }), '/\n')
  })

  it('has its umask and its limits', async () => {
    const overrides: Overrides = {
      identity: { umask: 0o027 },
      limits: {
        rlimits: {
          NOFILE: { soft: 100, hard: 200 },
          CORE: { soft: 0, hard: 0 },
          SIGPENDING: { soft: 10, hard: 20 },
        },
      },
    }
    const text = await run(
      'limits.service',
      '/bin/cat',
      ['/proc/self/limits', '/proc/self/status'],
      overrides,
    )
    assert.match(text, /^Max open files +100 +200 /m)
    assert.match(text, /^Max core file size +0 +0 /m)
    assert.match(text, /^Max pending signals +10 +20 /m)
    assert.match(text, /^Umask:\t0027$/m)
  })

  it('has no open file but 0, 1 and 2', async () => {
    const text = await run('files.service', '/bin/ls', ['-l', '/proc/self/fd'])
    const open = [...text.matchAll(/ (\d+) -> (.*)$/gm)].map(([, number, target]) => [number, target])
    assert.deepEqual(
      open.map(([number]) => number),
      ['0', '1', '2', '3'],
    )
    assert.match(open[3]?.[1] ?? '', /^\/proc\/\d+\/fd$/, 'the fourth is the directory that ls reads')
    assert.equal(open[0]?.[1], '/dev/null')
  })

  it('finds every signal at its default but SIGPIPE, and none blocked', async () => {
    const ignoring = await status('ignoring.service')
    assert.match(ignoring, /^SigIgn:\t0000000000001000$/m)
    assert.match(ignoring, /^SigBlk:\t0000000000000000$/m)
    const defaults = await status('defaults.service', { streams: { ignoreSigpipe: false } })
    assert.match(defaults, /^SigIgn:\t0000000000000000$/m)
  })

  it('leads a session of its own', async () => {
    const [pid, , , , group, session] = (await run('session.service', '/bin/cat', ['/proc/self/stat'])).split(
      ' ',
    )
    assert.equal(group, pid)
    assert.equal(session, pid)
  })

  it('runs as the user and group, with none of our groups or capabilities', { skip: rootOnly }, async () => {
    const text = await status('user.service', { identity: nobody })
    assert.match(text, /^Uid:\t65534\t65534\t65534\t65534$/m)
    assert.match(text, /^Gid:\t65534\t65534\t65534\t65534$/m)
    assert.match(text, /^Groups:\t ?$/m)
    assert.match(text, /^CapEff:\t0000000000000000$/m)
  })

  it('has the groups of its account and the supplementary ones', { skip: rootOnly }, async () => {
    const account = { uid: 0, gid: 0, userName: 'root', supplementaryGids: [4242] }
    assert.match(await status('groups.service', { identity: account }), /^Groups:\t0 4242 $/m)
    const nobodyWith = { ...nobody, userName: 'nobody', supplementaryGids: [4242] }
    assert.match(await status('more-groups.service', { identity: nobodyWith }), /^Groups:\t4242 65534 $/m)
  })

  it('has the capabilities and the privileges that the sandbox leaves', { skip: rootOnly }, async () => {
    const sandbox: LaunchSpec['sandbox'] = {
      privatePids: false,
      noNewPrivileges: true,
      capabilityBoundingSet: ['net_bind_service', 'chown'],
      ambientCapabilities: ['net_bind_service'],
    }
    const text = await status('capabilities.service', { identity: nobody, sandbox })
    assert.match(text, /^CapBnd:\t0000000000000401$/m)
    assert.match(text, /^CapAmb:\t0000000000000400$/m)
    assert.match(text, /^CapEff:\t0000000000000400$/m)
    assert.match(text, /^NoNewPrivs:\t1$/m)
  })

  it('gets a loader variable only once it is its user', { skip: rootOnly }, async () => {
    const environment = { LD_PRELOAD: '/nowhere/evil.so', A: 'a\nb' }
    const command = { path: '/bin/cat', argv: ['/bin/cat', '/proc/self/environ'], environment }
    const { text } = await bench.output(launchSpec('loader.service', '', { identity: nobody, command }))
    const complaints = text.match(/object '\/nowhere\/evil\.so'/g) ?? []
    assert.equal(
      complaints.length,
      1,
      `only cat itself, and neither shim nor setpriv, may have seen it: ${text}`,
    )
    assert.ok(text.includes('\0LD_PRELOAD=/nowhere/evil.so\0') && text.includes('A=a\nb\0'), text)
  })

  it('is niced and marked for the OOM killer as asked, and its shim is not', { skip: rootOnly }, async () => {
    const limits = { rlimits: {}, nice: 5, oomScoreAdjust: 300 }
    const text = await run('nice.service', '/bin/cat', ['/proc/self/stat', '/proc/self/oom_score_adj'], {
      limits,
    })
    assert.equal(text.split(' ')[18], '5')
    assert.match(text, /\n300\n$/)
    assert.match(await run('calm.service', '/bin/cat', ['/proc/self/oom_score_adj']), /^0\n$/)
  })

  it('sees only itself and its shim in a PID namespace of its own', { skip: rootOnly }, async () => {
    const script = 'echo $$; cd /proc; echo [0-9]*; grep -E "^Sig(Ign|Blk)" self/status; readlink self/ns/pid'
    const { text } = await bench.output(
      launchSpec('private.service', script, { sandbox: { privatePids: true } }),
    )
    const [pid, processes, blocked, ignored] = text.split('\n')
    assert.equal(pid, '2')
    assert.equal(processes, '1 2')
    assert.equal(blocked, 'SigBlk:\t0000000000000000')
    assert.equal(ignored, 'SigIgn:\t0000000000001000')
  })

  it('is refused a user with one sentence where we are not root', {
    skip: isRoot ? 'needs an ordinary user' : false,
  }, async () => {
    await assert.rejects(bench.executor.launch(launchSpec('refused.service', '', { identity: nobody })), {
      code: 'executor/unsupported',
      message: 'refused.service: User=: only root may start a process as uid 65534',
    })
  })
})
