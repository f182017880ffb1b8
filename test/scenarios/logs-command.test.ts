/** `gitproc logs` as a person types it: real services, a real daemon, and the files when there is none. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

const service = (script: string, extra = ''): string =>
  `[Service]\nExecStart=/bin/sh -c '${script}'\n${extra}\n`

const entryPoint = join(import.meta.dirname, '../../src/cli/main.ts')

/** Lines of `gitproc logs -f`, one by one; `end` ends it. */
const follow = (sandbox: Sandbox, ...args: readonly string[]) => {
  const child = spawn(process.execPath, [entryPoint, 'logs', '-f', '-o', 'cat', ...args], {
    env: sandbox.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    until: async (text: string): Promise<readonly string[]> => {
      const seen: string[] = []
      while (!seen.at(-1)?.includes(text)) {
        const next = await lines.next()
        assert.ok(!next.done, `the following ended before "${text}": ${seen.join('\n')}`)
        seen.push(next.value)
      }
      return seen
    },
    end: async (): Promise<void> => {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

describe('gitproc logs', () => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  const logs = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr, status } = await sandbox.gitproc('logs', ...args)
    assert.equal(status, 0, stderr)
    return stdout
  }
  let first: string

  before(async () => {
    await sandbox.init()
    await sandbox.start()
    first = await sandbox.commit({
      'web.service': service('echo first run; echo oops >&2; exec sleep 1000'),
      'job.service': service('echo job says hello', 'Type=oneshot'),
      'levels.service': service(
        'echo "<3>an error"; echo "<7>chatter"; echo plain',
        'Type=oneshot\nSyslogIdentifier=teller\nLogLevelMax=info\nSyslogLevel=notice',
      ),
      'bare.service': service('echo "<3>as it is"', 'Type=oneshot\nSyslogLevelPrefix=no'),
      'crash.service': service('echo last words; exit 3', 'Restart=no'),
    })
    await sandbox.synced()
    await sandbox.gitproc('start', 'crash')
    await sandbox.gitproc('start', 'web')
  })
  after(() => sandbox.end())

  test('shows output and errors of a service, and what happened to it', async () => {
    const text = await logs('web')
    assert.match(text, /web +│ first run/)
    assert.match(text, /web +E oops/)
    assert.match(text, /web +◂ /)
  })

  test('--stderr-only, -o cat, --grep and --reverse choose and order lines', async () => {
    assert.equal(await logs('web', '--stderr-only', '-o', 'cat'), 'oops\n')
    assert.equal(await logs('web', '--grep', '^fi.st', '-o', 'cat'), 'first run\n')
    const forward = (await logs('-o', 'cat')).trim().split('\n')
    const backward = (await logs('--reverse', '-o', 'cat')).trim().split('\n')
    assert.deepEqual(backward.toReversed(), forward)
  })

  test('--raw gives the bytes as they were written, and nothing else', async () => {
    assert.equal(await logs('bare', '--raw', '--until', '0s'), '<3>as it is\n')
    assert.equal(await logs('bare', '--raw'), '<3>as it is\n')
  })

  test('-n gives the last lines of several services together, in order of time', async () => {
    const objects = (await logs('web', 'job', '-n', '5', '-o', 'json'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { time: string; unit: string })
    assert.equal(objects.length, 5)
    const times = objects.map(({ time }) => time)
    assert.deepEqual(times, times.toSorted())
    assert.match(await logs('web', 'job'), /job says hello/)
  })

  test('--since and --until take times and spans; a bad one is refused', async () => {
    assert.match(await logs('web', '--since', '1h', '-o', 'cat'), /first run/)
    assert.equal(await logs('web', '--until', '1h', '-o', 'cat'), '')
    const { status, stderr } = await sandbox.gitproc('logs', '--since', 'whenever')
    assert.equal(status, 64)
    assert.match(stderr, /--since wants a time/)
  })

  test('--rev and --invocation choose what ran', async () => {
    const { invocationId } = await sandbox.unit('web.service')
    assert.match(await logs('web', '--rev', first.slice(0, 8), '-o', 'cat'), /first run/)
    assert.match(await logs('web', '--invocation', invocationId!, '-o', 'cat'), /first run/)
    assert.match(await logs('web', '--rev', 'main', '-o', 'cat'), /first run/)
    for (const [flag, value] of [
      ['--rev', 'ffffffff'],
      ['--invocation', 'ffffffff'],
    ] as const) {
      const { status, stdout, stderr } = await sandbox.gitproc('logs', 'web', flag, value)
      assert.deepEqual([status, stdout], [4, ''])
      assert.match(stderr, /no run of web\.service .*ffffffff.*\n {2}gitproc /)
    }
  })

  test('a misspelled name, and flags that contradict each other, are refused with what helps', async () => {
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [['crsh'], 4, /no logs are kept of crsh\.service\n {2}did you mean crash\.service\?/],
      [['web', '-f', '--until', '1h'], 64, /--until does not go with --follow/],
      [['web', '--since', '10m', '--until', '20m'], 64, /--until 20m is before --since 10m/],
      [['web', '-g', '('], 64, /--grep: .*\n {2}a backslash/],
    ]
    for (const [words, expected, sentence] of cases) {
      const { status, stderr } = await sandbox.gitproc('logs', ...words)
      assert.equal(status, expected, stderr)
      assert.match(stderr, sentence)
    }
  })

  test('--last-crash shows the run that ended badly, and nothing where none did', async () => {
    assert.match(await logs('crash', '--last-crash', '-o', 'cat'), /last words/)
    assert.equal(await logs('web', '--last-crash', '-o', 'cat'), '')
  })

  test('SyslogIdentifier=, LogLevelMax=, SyslogLevel= and SyslogLevelPrefix= say how lines are read', async () => {
    const lines = (await logs('levels', '-o', 'json')).trim().split('\n')
    const told = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line['source'] !== 'note' && line['stream'] !== 'note')
      .filter(({ message }) => ['an error', 'chatter', 'plain'].includes(String(message)))
    assert.deepEqual(
      told.map(({ message }) => message),
      ['an error', 'plain'],
    )
    assert.match(await logs('levels'), /teller/)
    assert.match(JSON.stringify(told[1]), /notice|"priority":5/)
    assert.match(await logs('bare', '-o', 'cat'), /^<3>as it is$/m)
    assert.match(readFileSync(join(sandbox.prefix, 'logs/levels.service/out'), 'utf8'), /<7>chatter/)
  })

  test('how lines are read changes without a restart', async () => {
    const { mainPid } = await sandbox.unit('web.service')
    await sandbox.deploy({
      'web.service': service(
        'echo first run; echo oops >&2; exec sleep 1000',
        'SyslogIdentifier=shop\nX-LogMaxFiles=2',
      ),
    })
    assert.equal((await sandbox.unit('web.service')).mainPid, mainPid)
    assert.match(await logs('web'), /shop +│ first run/)
  })

  test('a reader that goes away ends it quietly', async () => {
    const script = `'${process.execPath}' '${entryPoint}' logs -f -n 100 | head -n 1`
    // All services are silent: no next line tells it.
    const { stderr, status } = await sandbox.exec('timeout', ['30', 'sh', '-c', script])
    assert.deepEqual([stderr, status], ['', 0])
  })

  test('the level of the daemon’s own log changes while it runs', async () => {
    const { stdout } = await sandbox.gitproc('log-level', 'debug')
    assert.match(stdout, /at level debug/)
    const log = readFileSync(join(sandbox.prefix, 'logs/daemon.log'), 'utf8')
    assert.match(log, /"message":"level of this log changed","from":"info","to":"debug"/)
    assert.match((await sandbox.gitproc('log-level')).stdout, /debug/)
  })

  test('without a daemon the files are read all the same', async () => {
    await sandbox.kill()
    assert.match(await logs('web', '-o', 'cat'), /first run/)
    await sandbox.start()
  })
})

describe('gitproc logs -f', () => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no', LOG_MAX_SIZE: '64K', LOG_MAX_FILES: '3' } })
  const fifo = (): string => join(sandbox.prefix, 'fifo')
  /** A service that writes each line that it is given. */
  const say = async (...lines: readonly string[]): Promise<void> => {
    const { status, stderr } = await sandbox.exec('sh', ['-c', 'printf "%s\\n" "$@" >"$0"', fifo(), ...lines])
    assert.equal(status, 0, stderr)
  }

  before(async () => {
    await sandbox.exec('mkfifo', [fifo()])
    await sandbox.init({ 'echo.service': service(`exec cat 0<>${fifo()}`) })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  test('goes on over a killed daemon, its restart, a restart of the service, and rotation', async () => {
    const followed = follow(sandbox, 'echo')
    try {
      await say('one')
      await followed.until('one')
      await sandbox.kill()
      await say('nobody supervises')
      await followed.until('nobody supervises')
      await sandbox.start()
      await say('taken over')
      await followed.until('taken over')
      await sandbox.gitproc('restart', 'echo')
      await say('second run')
      await followed.until('second run')
      const directory = join(sandbox.prefix, 'logs/echo.service')
      const many = Array.from({ length: 400 }, (_, i) => `line ${i} ${'x'.repeat(100)}`)
      for (let round = 0; !readdirSync(directory).some((file) => file.endsWith('.zst')); round++) {
        assert.ok(round < 200, 'never rotated')
        await say(...many)
        const seen = await followed.until('line 399 ')
        assert.deepEqual(
          seen.filter((line) => line.startsWith('line ')),
          many,
        )
      }
      await say('after the rotation')
      await followed.until('after the rotation')
    } finally {
      await followed.end()
    }
  })

  test('a daemon that was killed rotates what it took over', () => {
    assert.ok(existsSync(join(sandbox.prefix, 'logs/echo.service/out.head')))
  })
})

describe('where output goes', () => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  const target = (name: string): string => join(sandbox.prefix, name)
  const both = 'echo to stdout; echo to stderr >&2'
  const forms: Readonly<Record<string, string>> = {
    journal: 'StandardOutput=journal',
    kmsg: 'StandardOutput=kmsg',
    syslog: 'StandardOutput=syslog',
    tty: 'StandardOutput=tty',
    inherit: 'StandardOutput=inherit',
    none: 'StandardOutput=null\nStandardError=journal',
    file: `StandardOutput=file:${target('file')}\nStandardError=file:${target('file')}`,
    append: `StandardOutput=append:${target('append')}`,
    truncate: `StandardOutput=truncate:${target('truncate')}\nStandardError=inherit`,
  }

  before(async () => {
    await sandbox.exec('sh', ['-c', `echo before | tee ${target('append')} >${target('truncate')}`])
    const files = Object.entries(forms).map(([name, lines]) => [
      `${name}.service`,
      service(both, `Type=oneshot\nRemainAfterExit=yes\n${lines}`),
    ])
    await sandbox.init(Object.fromEntries(files))
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  for (const name of ['journal', 'kmsg', 'syslog', 'tty', 'inherit'])
    test(`StandardOutput=${name} is our log, and so is what is written to stderr`, () => {
      assert.equal(sandbox.readLog(`${name}.service`), 'to stdout\n')
      assert.equal(sandbox.readLog(`${name}.service`, 'err'), 'to stderr\n')
    })

  test('StandardOutput=tty and kmsg are warned of', async () => {
    const { stdout } = await sandbox.gitproc('verify', sandbox.repo)
    assert.match(stdout, /tty is not supported, the output goes to the log/)
    assert.match(stdout, /kmsg is not supported, the output goes to the log/)
  })

  test('StandardOutput=null leaves stderr its log', () => {
    assert.equal(sandbox.readLog('none.service'), '')
    assert.equal(sandbox.readLog('none.service', 'err'), 'to stderr\n')
  })

  test('one file for both is opened once; append: keeps what was there, truncate: does not', () => {
    assert.equal(readFileSync(target('file'), 'utf8'), 'to stdout\nto stderr\n')
    assert.equal(readFileSync(target('append'), 'utf8'), 'before\nto stdout\nto stderr\n')
    assert.equal(readFileSync(target('truncate'), 'utf8'), 'to stdout\nto stderr\n')
  })
})
