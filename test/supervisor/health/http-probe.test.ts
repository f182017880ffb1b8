import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { isExpectedBody } from '../../../src/supervisor/health/expected-body.ts'
import { httpTarget, probeHttp } from '../../../src/supervisor/health/http-probe.ts'
import { temporaryDirectory } from '../../support/temp-directory.ts'

const anyGood = { statuses: [{ from: 200, to: 399 }], body: undefined }

const serve = async (context: TestContext, answer: RequestListener, path?: string): Promise<string> => {
  const server = createServer(answer)
  await new Promise<void>((listening) => server.listen(path ?? 0, () => listening()))
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return path === undefined ? `http://127.0.0.1:${(server.address() as AddressInfo).port}/` : ''
}

test('http+unix:// names a socket, and behind a colon what is asked of it', () => {
  assert.deepEqual(httpTarget('http+unix:///run/app.sock:/health?deep'), {
    url: 'http://localhost/health?deep',
    socketPath: '/run/app.sock',
  })
  assert.deepEqual(httpTarget('http+unix:///run/app.sock'), {
    url: 'http://localhost/',
    socketPath: '/run/app.sock',
  })
  assert.deepEqual(httpTarget('http://127.0.0.1/'), { url: 'http://127.0.0.1/', socketPath: undefined })
})

test('a health check asks over a unix socket as over TCP', async (context) => {
  const path = join(temporaryDirectory(context), 'app.sock')
  const asked: (string | undefined)[] = []
  await serve(
    context,
    ({ url }, answer) => {
      asked.push(url)
      answer.statusCode = 204
      answer.end()
    },
    path,
  )
  const result = await probeHttp(`http+unix://${path}:/health`, anyGood, 5000)
  assert.deepEqual(result, { isGood: true, detail: '204' })
  assert.deepEqual(asked, ['/health'])
  const gone = await probeHttp(`http+unix://${path}.gone:/`, anyGood, 5000)
  assert.deepEqual(gone, { isGood: false, detail: 'ENOENT' })
})

test('an answer is good if status and body are as expected', async (context) => {
  let status = 200
  const url = await serve(context, (_request, answer) => {
    answer.statusCode = status
    answer.end('{"status": "UP"}')
  })
  const probe = async (body: string | undefined) => (await probeHttp(url, { ...anyGood, body }, 5000)).isGood
  assert.equal(await probe('"UP"'), true)
  assert.equal(await probe('DOWN'), false)
  assert.equal(await probe('/^\\{"status":\\s*"up"\\}$/i'), true)
  assert.equal(await probe('/"status":\\s*"up"/'), false)
  status = 500
  assert.equal(await probe('"UP"'), false)
})

test('an answer without end is looked at as far as 64 KiB', async (context) => {
  const url = await serve(context, (_request, answer) => {
    const more = (): void => {
      while (!answer.destroyed && answer.write('x'.repeat(16 * 1024)));
    }
    answer.on('drain', more)
    more()
  })
  const endless = await probeHttp(url, { ...anyGood, body: 'y' }, 20_000)
  assert.match(endless.detail, /^200, but its body/)
})

test('a pattern that takes for ever on an answer holds nobody up', () => {
  const began = performance.now()
  assert.equal(isExpectedBody(`${'a'.repeat(60)}!`, '/^(a+)+$/'), false)
  assert.ok(performance.now() - began < 5000, 'it ran for ever, all but')
})

test('a server that does not answer is bad after the time-out', async (context) => {
  const url = await serve(context, () => {})
  assert.deepEqual(await probeHttp(url, anyGood, 100), { isGood: false, detail: 'no answer within 100 ms' })
})
