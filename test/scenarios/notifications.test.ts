/** What people are told who are not looking: once for each change, over restarts, and without holding anything up. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, readFileSync, renameSync, watch, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { EventsAnswer } from '../../src/api/contract.ts'
import type { Message } from '../../src/controller/notify/message.ts'
import { Sandbox } from '../support/sandbox.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A server that keeps what it gets, and answers as it is told. */
class Inbox {
  readonly received: Received[] = []
  answer = 204
  readonly #server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      this.received.push({ headers: request.headers, body })
      response.writeHead(this.answer).end()
      this.#server.emit('told')
    })
  })

  static async open(t: TestContext): Promise<Inbox> {
    const inbox = new Inbox()
    inbox.#server.listen(0, '127.0.0.1')
    await once(inbox.#server, 'listening')
    t.after(() => inbox.close())
    return inbox
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`
  }

  get messages(): readonly Message[] {
    return this.received.map(({ body }) => JSON.parse(body) as Message)
  }

  get summary(): readonly string[] {
    return this.messages.map(({ event, outcome, unit }) => [event, outcome ?? unit].filter(Boolean).join(' '))
  }

  /** Resolves once so many have come. */
  async until(count: number): Promise<void> {
    while (this.received.length < count)
      await once(this.#server, 'told', { signal: AbortSignal.timeout(60_000) })
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

const sleeper = '[Service]\nExecStart=/bin/sleep 1000\n'
/** Fails before it counts as up, however slow the host is. */
const broken = '[Service]\nType=oneshot\nExecStart=/bin/false\n'

const told = async (t: TestContext, settings: Readonly<Record<string, string>>): Promise<Sandbox> => {
  const sandbox = new Sandbox({ settings })
  t.after(() => sandbox.end())
  await sandbox.init({ 'web.service': sleeper })
  await sandbox.start()
  await sandbox.synced()
  return sandbox
}

test('each change is one message: deployed, rolled back, refused; polls and a restart of the daemon are none', async (t) => {
  const inbox = await Inbox.open(t)
  const sandbox = await told(t, { NOTIFY_WEBHOOK: inbox.url })
  await inbox.until(1)
  await sandbox.deploy({ 'web.service': broken }, 'a bad idea')
  await inbox.until(2)
  for (let poll = 0; poll < 5; poll++) await sandbox.synced()
  await sandbox.kill()
  await sandbox.start()
  await sandbox.synced()
  await sandbox.deploy({ 'web.service': 'ExecStart=\n[Oops\n' }, 'nonsense')
  await inbox.until(3)
  for (let poll = 0; poll < 5; poll++) await sandbox.synced()
  await sandbox.kill('SIGTERM')
  await sandbox.start()
  await sandbox.deploy({ 'web.service': sleeper, 'more.service': sleeper }, 'mended')
  await inbox.until(4)
  assert.deepEqual(inbox.summary, [
    'generation Healthy',
    'generation RolledBack',
    'generation Refused',
    'generation Healthy',
  ])
  const [, bad] = inbox.messages
  assert.match(bad!.text, /"a bad idea": RolledBack/)
  assert.match(bad!.why!, /web\.service/)
  assert.equal(bad!.isBad, true)
  assert.equal(bad!.who, 'Ada')
})

test('a unit that fails for good is told once, and that it is back once', async (t) => {
  const inbox = await Inbox.open(t)
  const sandbox = await told(t, { NOTIFY_WEBHOOK: inbox.url, NOTIFY_ON: 'unit' })
  const first = await sandbox.unit('web.service')
  process.kill(first.mainPid!, 'SIGKILL')
  await inbox.until(1)
  // A daemon that is killed between delivery and remembering tells again, under the same id; one that ends does not.
  await sandbox.kill('SIGTERM')
  await sandbox.start()
  await sandbox.synced()
  assert.equal((await sandbox.gitproc('start', 'web')).status, 0)
  await inbox.until(2)
  assert.deepEqual(inbox.summary, ['unit-failed web.service', 'unit-recovered web.service'])
  assert.match(inbox.messages[0]!.text, /SIGKILL/)
})

test('a unit that failed for good while no daemon looked is told by the next one', async (t) => {
  const inbox = await Inbox.open(t)
  const sandbox = await told(t, { NOTIFY_WEBHOOK: inbox.url, NOTIFY_ON: 'unit' })
  const { mainPid } = await sandbox.unit('web.service')
  await sandbox.kill()
  process.kill(mainPid!, 'SIGKILL')
  await sandbox.start()
  await inbox.until(1)
  await sandbox.kill('SIGTERM')
  await sandbox.start()
  await sandbox.gitproc('start', 'web')
  await inbox.until(2)
  assert.deepEqual(inbox.summary, ['unit-failed web.service', 'unit-recovered web.service'])
})

test('trouble at the source is told when it begins and when it ends', async (t) => {
  const inbox = await Inbox.open(t)
  const sandbox = await told(t, { NOTIFY_WEBHOOK: inbox.url, NOTIFY_ON: 'source' })
  await sandbox.git('branch', '-m', 'main', 'elsewhere')
  await inbox.until(1)
  for (let poll = 0; poll < 3; poll++) await sandbox.gitproc('sync')
  await sandbox.git('branch', '-m', 'elsewhere', 'main')
  await inbox.until(2)
  assert.deepEqual(inbox.summary, ['source-trouble', 'source-restored'])
  assert.match(inbox.messages[0]!.text, /has no branch main/)
})

test('a remote that goes away is told once, and once that it is back', async (t) => {
  const inbox = await Inbox.open(t)
  const directory = temporaryDirectory(t)
  const bare = join(directory, 'origin.git')
  const author = new Sandbox()
  t.after(() => author.end())
  await author.init({ 'web.service': sleeper })
  await author.git('clone', '-q', '--bare', author.repo, bare)
  const sandbox = new Sandbox({
    settings: {
      REMOTE: `file://${bare}`,
      WATCH_BRANCH: 'main',
      REMOTE_POLL_INTERVAL: '1s',
      NOTIFY_WEBHOOK: inbox.url,
      NOTIFY_ON: 'source',
    },
  })
  t.after(() => sandbox.end())
  await sandbox.start()
  await sandbox.until(({ sync }) => sync === 'Synced')
  renameSync(bare, `${bare}.away`)
  await inbox.until(1)
  await sandbox.gitproc('sync')
  renameSync(`${bare}.away`, bare)
  await sandbox.gitproc('sync')
  await inbox.until(2)
  assert.deepEqual(inbox.summary, ['source-trouble', 'source-restored'])
})

test('a server that fails holds up no deployment; the message comes when it is back, also from the next daemon', async (t) => {
  const inbox = await Inbox.open(t)
  inbox.answer = 503
  const sandbox = await told(t, { NOTIFY_WEBHOOK: inbox.url })
  await inbox.until(1)
  const second = await sandbox.deploy({ 'web.service': sleeper.replace('1000', '1001') })
  assert.equal(second.sync, 'Synced')
  await inbox.until(2)
  await sandbox.kill('SIGTERM')
  const before = inbox.received.length
  inbox.answer = 200
  await sandbox.start()
  await inbox.until(before + 2)
  const ids = inbox.messages.map(({ id }) => id)
  assert.equal(new Set(ids.slice(0, before)).size, 1, 'the first message is tried again before the second')
  assert.deepEqual([ids[before] === ids[0], ids[before + 1] === ids[0]], [true, false])
})

test('a server that refuses is asked once, and that is an event', async (t) => {
  const inbox = await Inbox.open(t)
  inbox.answer = 404
  const sandbox = await told(t, { NOTIFY_WEBHOOK: inbox.url })
  await inbox.until(1)
  const given = async (): Promise<boolean> => {
    const { events } = await sandbox.get<EventsAnswer>('/v1/events/past?limit=100')
    return events.some(({ text }) => /given up after 1 attempts \(HTTP 404\)/.test(text))
  }
  if (!(await given())) await sandbox.until(() => sandbox.daemonOutput.includes('notification given up'))
  assert.equal(await given(), true)
  await sandbox.synced()
  assert.equal(inbox.received.length, 1)
})

test('secrets come from files: a token, a signature, the URL of Slack; none of them is in the log', async (t) => {
  const inbox = await Inbox.open(t)
  const directory = temporaryDirectory(t)
  const secret = (name: string, text: string): string => {
    const file = join(directory, name)
    writeFileSync(file, `${text}\n`, { mode: 0o600 })
    return file
  }
  const sandbox = await told(t, {
    NOTIFY_WEBHOOK: inbox.url,
    NOTIFY_WEBHOOK_TOKEN_FILE: secret('token', 'tok-123'),
    NOTIFY_WEBHOOK_SECRET_FILE: secret('secret', 'sec-456'),
    NOTIFY_SLACK_URL_FILE: secret('slack', inbox.url.replace('/hook', '/T0/B0/verysecret')),
  })
  await inbox.until(2)
  const json = inbox.received.find(({ headers }) => headers['x-gitproc-event'])!
  assert.equal(json.headers.authorization, 'Bearer tok-123')
  const expected = createHmac('sha256', 'sec-456').update(json.body).digest('hex')
  assert.equal(json.headers['x-gitproc-signature-256'], `sha256=${expected}`)
  const slack = inbox.received.find((each) => each !== json)!
  assert.match(
    (JSON.parse(slack.body) as { text: string }).text,
    /^:large_green_circle: \*.*\*: main@[0-9a-f]{7} "first": Healthy/,
  )
  chmodSync(join(directory, 'token'), 0o644)
  await sandbox.deploy({ 'web.service': sleeper.replace('1000', '1001') })
  await sandbox.until(() => /others may use it \(mode 644\)/.test(sandbox.daemonOutput))
  assert.doesNotMatch(sandbox.daemonOutput, /tok-123|sec-456|verysecret/)
})

test('a command gets its arguments as they are and the JSON on its standard input', async (t) => {
  const directory = temporaryDirectory(t)
  const out = join(directory, 'out')
  const program = join(directory, 'tell.sh')
  writeFileSync(
    program,
    `#!/bin/sh\n{ printf '%s|' "$@"; cat; } >'${out}.new' && mv '${out}.new' '${out}'\n`,
    { mode: 0o755 },
  )
  const written = new Promise<void>((resolve) => {
    const watcher = watch(directory, (_, name) => {
      if (name !== 'out') return
      watcher.close()
      resolve()
    })
  })
  await told(t, { NOTIFY_COMMAND: `${program} "two words" $(id) '; rm -rf x'` })
  await written
  const [first, second, third, json] = readFileSync(out, 'utf8').split('|')
  assert.deepEqual([first, second, third], ['two words', '$(id)', '; rm -rf x'])
  assert.equal((JSON.parse(json!) as Message).outcome, 'Healthy')
})
