/**
 * The unit files that Debian's packages ship, as they are: they start in their sandboxes, serve a request, and stop. Packages
 * that are not installed are left out, with a sentence. `GITPROC_WRITE_DOCS=1` writes docs/debian-units.md anew.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Sandbox } from '../support/sandbox.ts'

interface Package {
  readonly name: string
  readonly unit: string
  /** What it is asked, in words; undefined where nothing can be asked. */
  readonly request: string
  readonly ask: () => Promise<string>
  readonly answers: RegExp
  /** Beside the unit: what keeps a test off the host. */
  readonly dropIn?: string
}

const say = (port: number, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setTimeout(5000, () => socket.destroy(new Error('no answer')))
    socket.once('data', (data) => {
      resolve(data.toString('latin1'))
      socket.end()
    })
    socket.once('error', reject)
  })

/** An A record of localhost, asked for by hand. */
const query = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    const question = '\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x09localhost\0\0\x01\0\x01'
    const late = setTimeout(() => reject(new Error('no answer')), 5000)
    socket.once('message', (message) => {
      clearTimeout(late)
      socket.close()
      resolve(message.toString('latin1'))
    })
    socket.send(Buffer.from(question, 'latin1'), 53, '127.0.0.1')
  })

const ran = async (file: string, ...words: readonly string[]): Promise<string> =>
  execFileSync(file, [...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const packages: readonly Package[] = [
  {
    name: 'nginx',
    unit: 'nginx.service',
    request: 'GET / on port 80',
    ask: () => say(80, 'GET / HTTP/1.0\r\n\r\n'),
    answers: /^HTTP\/1.1 200/,
  },
  {
    name: 'redis-server',
    unit: 'redis-server.service',
    request: 'PING',
    ask: () => say(6379, 'PING\r\n'),
    answers: /^\+PONG/,
  },
  {
    name: 'memcached',
    unit: 'memcached.service',
    request: 'version',
    ask: () => say(11211, 'version\r\n'),
    answers: /^VERSION/,
  },
  {
    name: 'mosquitto',
    unit: 'mosquitto.service',
    request: 'CONNECT of MQTT',
    ask: () => say(1883, '\x10\x0e\0\x04MQTT\x04\x02\0\x3c\0\x02gp'),
    answers: /^ .../s,
  },
  {
    name: 'haproxy',
    unit: 'haproxy.service',
    request: 'show version on its master socket',
    ask: () =>
      new Promise((resolve, reject) => {
        const socket = connect('/run/haproxy-master.sock', () => socket.write('show version\n'))
        socket.once('data', (data) => {
          resolve(data.toString())
          socket.end()
        })
        socket.once('error', reject)
      }),
    answers: /^2\./,
  },
  {
    name: 'chrony',
    unit: 'chrony.service',
    request: 'chronyc tracking',
    ask: () => ran('chronyc', '-h', '/run/chrony/chronyd.sock', 'tracking'),
    answers: /Reference ID/,
    dropIn: '[Service]\nEnvironmentFile=\nEnvironment="DAEMON_OPTS=-F 1 -x"\n',
  },
  {
    name: 'unbound',
    unit: 'unbound.service',
    request: 'A of localhost',
    ask: query,
    answers: new RegExp(`${String.fromCharCode(127, 0, 0, 1)}$`),
  },
  {
    name: 'cron',
    unit: 'cron.service',
    request: '(none: it runs)',
    ask: async () => 'runs',
    answers: /runs/,
  },
]

const unitFile = (unit: string): string => join('/lib/systemd/system', unit)
const isRoot = process.getuid?.() === 0
const installed = packages.filter(({ unit }) => existsSync(unitFile(unit)))
const page = join(import.meta.dirname, '..', '..', 'docs', 'debian-units.md')

/** What is not enforced of each, as the daemon and `verify` say. */
const rows = new Map<string, string>()

const version = (name: string): string =>
  execFileSync('dpkg-query', ['-W', '-f=$' + '{Version}', name], { encoding: 'utf8' })

describe("Debian's own unit files", { skip: isRoot ? false : 'needs root' }, () => {
  const sandbox = new Sandbox({ settings: { CGROUP_ROOT: 'auto', ROLLBACK_ON_FAILURE: 'no' } })
  before(async () => {
    // Somebody stays: a commit that removes every unit would wait for a yes.
    await sandbox.init({ 'stays.service': '[Service]\nExecStart=/bin/sleep infinity\n' })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  for (const { name, unit, request, ask, answers, dropIn } of packages) {
    const skip = installed.some((each) => each.name === name) ? false : `the package ${name} is not installed`
    it(`${name} starts as it is shipped, answers, and stops`, { skip }, async () => {
      const beside: Record<string, string> = dropIn === undefined ? {} : { [`${unit}.d/test.conf`]: dropIn }
      await sandbox.deploy({ [unit]: readFileSync(unitFile(unit), 'utf8'), ...beside })
      const view = await sandbox.unit(unit)
      assert.equal(view.subState, 'running', `${view.reason}\n${sandbox.daemonOutput}`)
      assert.match(await answer(ask), answers)
      const { stdout } = await sandbox.gitproc('verify')
      const unsupported = [...stdout.matchAll(/warning: (\S+=) is not supported/g)].map(
        ([, directive]) => directive,
      )
      const limits = view.notEnforced.filter((sentence) => !/controller|cgroup/.test(sentence))
      assert.deepEqual(limits, [], 'this host can do all that the unit asks for')
      rows.set(
        name,
        `| ${name} ${version(name)} | ${request} | ${[...new Set(unsupported)].map((word) => `\`${word}\``).join(' ') || 'nothing'} |`,
      )
      await sandbox.deploy(Object.fromEntries([unit, ...Object.keys(beside)].map((path) => [path, ''])))
      assert.deepEqual(
        (await sandbox.status()).units.map((each) => each.name),
        ['stays.service'],
      )
    })
  }

  it('the page says what came of it', {
    skip: installed.length === packages.length ? false : 'some packages are not installed',
  }, () => {
    const text = pageText()
    if (process.env['GITPROC_WRITE_DOCS']) writeFileSync(page, text)
    const withoutVersions = (words: string): string => words.replace(/^(\| [a-z-]+) \S+/gm, '$1')
    assert.equal(withoutVersions(readFileSync(page, 'utf8')), withoutVersions(text))
  })
})

/** A service without readiness of its own may need a moment. */
async function answer(ask: () => Promise<string>): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === 50) throw error
      await delay(100)
    }
  }
}

const pageText = (): string => `# Debian's unit files

Made by \`test/scenarios/debian-units.test.ts\`: each of these is run as its package ships it, in its sandbox, asked something,
and stopped. Limits of memory and the like need the controllers of cgroup v2, which the test does not look at.

| package | asked | not enforced |
| --- | --- | --- |
${packages.map(({ name }) => rows.get(name) ?? `| ${name} | | did not run |`).join('\n')}

chrony runs with \`-x\`, so that a test never sets the clock. The socket of the journal (\`/dev/log\`) is left out where there is
none.

Daily jobs, too, do their work as they are shipped, sandboxed and started by their timers, which have \`Persistent=true\`:
logrotate and man-db (\`test/scenarios/debian-jobs.test.ts\`). Nothing of theirs is unsupported.
`
