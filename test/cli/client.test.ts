import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { DaemonClient, isTrusted } from '../../src/cli/client.ts'

describe('the client of the daemon', () => {
  let directory: string
  let socket: string
  let server: Server | undefined

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gitproc-client-'))
    socket = join(directory, 's')
  })
  afterEach(async () => {
    server?.closeAllConnections()
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
    server = undefined
    chmodSync(directory, 0o700)
    rmSync(directory, { recursive: true })
  })

  const serve = async (listener: RequestListener): Promise<DaemonClient> => {
    const made = createServer(listener)
    await new Promise<void>((resolve) => made.listen(socket, resolve))
    server = made
    return new DaemonClient(socket)
  }

  test('without a daemon says so, and how to start one', () =>
    assert.rejects(new DaemonClient(socket).get('/v1/status'), {
      code: 'api/unreachable',
      message: /not running/,
      remedy: /gitproc daemon --detach/,
    }))

  test('talks to a daemon of its own or of root, root to any', () => {
    assert.ok(isTrusted(1000, 1000))
    assert.ok(isTrusted(0, 1000))
    assert.ok(isTrusted(1001, 0))
    assert.ok(!isTrusted(1001, 1000))
  })

  test('passes on what the daemon says of a failure', async () => {
    const client = await serve((_, response) => {
      response.statusCode = 404
      response.end(
        JSON.stringify({ error: { code: 'units/unknown', message: 'no unit', remedy: 'did you mean web?' } }),
      )
    })
    await assert.rejects(client.get('/v1/units/wbe'), { code: 'units/unknown', remedy: 'did you mean web?' })
  })

  test('an answer that makes no sense points to different versions', async () => {
    const client = await serve((_, response) => response.end('<html>'))
    await assert.rejects(client.get('/v1/status'), { code: 'api/broken', remedy: /versions/ })
  })

  test('a daemon that ends in the middle of an answer is told from one that never ran', async () => {
    const client = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1000 })
      response.write('{')
      setImmediate(() => response.destroy())
    })
    await assert.rejects(client.get('/v1/status'), { code: 'api/unreachable', message: /ended before/ })
  })

  test('events come whole, however they were cut on the way', async () => {
    const client = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(': listening\n\nevent: unit\ndata: {"kind":"unit","te')
      setImmediate(() => response.end('xt":"läuft","atMs":1}\n\n'))
    })
    const events = []
    for await (const event of client.events()) events.push(event)
    assert.deepEqual(events, [{ kind: 'unit', text: 'läuft', atMs: 1 }])
  })

  test('listening ends when it is no longer wanted', async () => {
    const client = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: {"kind":"notice","text":"x","atMs":1}\n\n')
    })
    const listening = new AbortController()
    const seen = []
    for await (const event of client.events(listening.signal)) {
      seen.push(event)
      listening.abort()
    }
    assert.equal(seen.length, 1)
  })
})
