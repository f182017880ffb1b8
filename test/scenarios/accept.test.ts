/** Accept=yes: a service for each connection, by a real daemon, with real programs. */
import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

/** Lines come as they are waited for. */
class Client {
  readonly socket: Socket
  #text = ''
  #isAtEnd = false
  #tell: () => void = () => {}

  constructor(target: { readonly port: number; readonly host: string } | { readonly path: string }) {
    this.socket = connect(target)
    const hear = (change: () => void) => (): void => {
      change()
      this.#tell()
    }
    this.socket.setEncoding('utf8')
    this.socket.on('data', (chunk: string) => hear(() => (this.#text += chunk))())
    for (const event of ['end', 'error', 'close'] as const)
      this.socket.on(
        event,
        hear(() => (this.#isAtEnd = true)),
      )
  }

  /** What has come, once it holds the text; or, without one, once the other side has closed. */
  async reads(text?: string): Promise<string> {
    const late = AbortSignal.timeout(30_000)
    while (!this.#isAtEnd && (text === undefined || !this.#text.includes(text))) {
      if (late.aborted) throw new Error(`never came: ${text}, only ${JSON.stringify(this.#text)}`)
      await new Promise<void>((resolve) => {
        this.#tell = resolve
        late.addEventListener('abort', () => resolve())
      })
    }
    return this.#text
  }
}

const echo = `[Service]
ExecStart=/bin/sh -c 'echo "hello $REMOTE_ADDR \${LISTEN_FDS:-none} %i" | sed "s/:[0-9]*$//"; echo to the log >&2; exec cat'
StandardInput=socket
StandardError=journal
`

const start = async (context: TestContext, socket: string, template = echo) => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  context.after(() => sandbox.end())
  await sandbox.init({
    'echo.socket': `[Socket]\nAccept=yes\n${socket.replace('PREFIX', sandbox.prefix)}\n`,
    'echo@.service': template,
  })
  await sandbox.start()
  const status = await sandbox.synced()
  assert.equal(status.health, 'Healthy', sandbox.daemonOutput)
  return sandbox
}

const liveNames = async (sandbox: Sandbox): Promise<readonly string[]> =>
  (await sandbox.status()).units.map(({ name }) => name).filter((name) => /@\d/.test(name))

test('an inetd-style service has its connection as input and output, one process for each', async (context) => {
  const port = await freePort()
  const sandbox = await start(context, `ListenStream=127.0.0.1:${port}`)
  const [first, second] = [1, 2].map(() => new Client({ host: '127.0.0.1', port })) as [Client, Client]
  assert.equal(await first.reads('\n'), `hello 127.0.0.1 none 1-127.0.0.1:${port}-127.0.0.1\n`)
  await second.reads('\n')
  assert.equal((await liveNames(sandbox)).length, 2)
  first.socket.write('one\n')
  second.socket.write('two\n')
  assert.match(await first.reads('one\n'), /one\n$/)
  assert.match(await second.reads('two\n'), /two\n$/)
  first.socket.end()
  await first.reads()
  await sandbox.until(({ units }) => units.filter(({ name }) => /@\d/.test(name)).length === 1)
  assert.match((await sandbox.gitproc('status')).stdout, /echo@2-/)
  assert.match(sandbox.readLog('echo@each-connection.service', 'err'), /to the log/)
  second.socket.destroy()
})

test('a connection and the numbers of the next ones outlive the daemon; those who come meanwhile wait', async (context) => {
  const port = await freePort()
  const sandbox = await start(context, `ListenStream=127.0.0.1:${port}`)
  const client = new Client({ host: '127.0.0.1', port })
  await client.reads('\n')
  const [name] = await liveNames(sandbox)
  const { mainPid } = await sandbox.unit(name!)
  await sandbox.kill()
  client.socket.write('nobody supervises\n')
  await client.reads('nobody supervises\n')
  const waiting = new Client({ host: '127.0.0.1', port })
  await sandbox.start()
  assert.match(await waiting.reads('\n'), / 2-127/)
  assert.equal((await sandbox.unit(name!)).mainPid, mainPid)
  client.socket.write('taken over\n')
  await client.reads('taken over\n')
  for (const { socket } of [client, waiting]) socket.end()
  await sandbox.until(({ units }) => units.every(({ name: each }) => !/@\d/.test(each)))
})

test('over a unix socket, with a limit: those who are too many are closed', async (context) => {
  const sandbox = await start(context, 'ListenStream=PREFIX/echo.sock\nMaxConnections=1')
  const path = join(sandbox.prefix, 'echo.sock')
  const first = new Client({ path })
  await first.reads('\n')
  const [name] = await liveNames(sandbox)
  assert.match(name!, new RegExp(`^echo@1-${process.pid}-${process.getuid?.()}\\.service$`))
  assert.equal(await new Client({ path }).reads(), '')
  first.socket.end()
  await sandbox.until(({ units }) => units.every(({ name: each }) => !/@\d/.test(each)))
  const next = new Client({ path })
  await next.reads('\n')
  next.socket.destroy()
})

test('a connection that fails leaves nothing behind, and the next one is served', async (context) => {
  const port = await freePort()
  const sandbox = await start(
    context,
    `ListenStream=127.0.0.1:${port}`,
    "[Service]\nExecStart=/bin/sh -c 'read -r word; echo $$word; exit 3'\nStandardInput=socket\n",
  )
  for (const word of ['one', 'two', 'three']) {
    const client = new Client({ host: '127.0.0.1', port })
    client.socket.write(`${word}\n`)
    assert.equal(await client.reads(), `${word}\n`)
  }
  await sandbox.until(({ units }) => units.every(({ name }) => !/@\d/.test(name)))
  assert.match((await sandbox.unit('echo.socket')).reason, /0 connections, 3 so far/)
  assert.match((await sandbox.gitproc('logs', 'echo@each-connection')).stdout, /exited 3/)
})
