/** What is asked of an HTTP remote, and how often; the real git answers in the scenarios. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { HttpTransport } from '../../../../src/git/remote/http/http-transport.ts'
import { pktLine } from '../../../../src/git/remote/http/pkt-line.ts'
import { noProxy } from '../../../../src/git/remote/proxy.ts'
import { parseRemoteUrl } from '../../../../src/git/remote/remote-url.ts'
import type { Identity } from '../../../../src/git/remote/transport.ts'
import { type HttpStub, httpStub } from '../../../support/http-stub.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const sha = (digit: string): string => digit.repeat(40)
const never = new AbortController().signal
const nobody: Identity = {
  user: undefined,
  passwordFile: undefined,
  tokenFile: undefined,
  caFile: undefined,
  certificateFile: undefined,
  certificateKeyFile: undefined,
  sshKeyFile: undefined,
}

const transportTo = ({ url }: HttpStub, limits = { timeoutMs: 5000, maxBytes: 1 << 20 }): HttpTransport =>
  new HttpTransport(parseRemoteUrl(`${url}/shop.git`), { identity: nobody, limits, proxy: noProxy })

const service = pktLine('# service=git-upload-pack\n')
const advertType = 'application/x-git-upload-pack-advertisement'

/** Says these refs, in the words of today. */
const ofToday = (t: TestContext, refs: readonly string[]): Promise<HttpStub> =>
  httpStub(t, ({ line }, response) => {
    const isAdvert = line.startsWith('GET')
    response.writeHead(200, {
      'content-type': isAdvert ? advertType : 'application/x-git-upload-pack-result',
    })
    const abilities = `${service}0000${pktLine('version 2\n')}${pktLine('fetch=shallow\n')}0000`
    response.end(isAdvert ? abilities : `${refs.map((ref) => pktLine(`${ref}\n`)).join('')}0000`)
  })

test('a server of today is asked for the one branch, once it is known in one exchange on one connection', async (t) => {
  const stub = await ofToday(t, [`${sha('1')} refs/heads/main`, `${sha('2')} refs/heads/main-2`])
  const transport = transportTo(stub)
  for (let look = 0; look < 3; look++)
    assert.deepEqual(await transport.tip('refs/heads/main', never), { ref: 'refs/heads/main', sha: sha('1') })
  assert.deepEqual(
    stub.asked.map(({ line }) => line.split(' ')[0]),
    ['GET', 'POST', 'POST', 'POST'],
  )
  assert.equal(
    stub.asked[1]?.body,
    '0014command=ls-refs\n0001000csymrefs\n001fref-prefix refs/heads/main\n0000',
  )
  assert.equal(stub.connections(), 1)
})

test('without a name it is the branch that HEAD stands for', async (t) => {
  const stub = await ofToday(t, [`${sha('3')} HEAD symref-target:refs/heads/trunk`])
  assert.deepEqual(await transportTo(stub).tip(undefined, never), { ref: 'refs/heads/trunk', sha: sha('3') })
})

test('an older server lists its refs, and says in the first line what HEAD stands for', async (t) => {
  const first = `${sha('1')} HEAD\0multi_ack symref=HEAD:refs/heads/trunk agent=git/1.8\n`
  const stub = await httpStub(t, (_, response) => {
    response.writeHead(200, { 'content-type': advertType })
    response.end(`${service}0000${pktLine(first)}${pktLine(`${sha('1')} refs/heads/trunk\n`)}0000`)
  })
  const transport = transportTo(stub)
  assert.deepEqual(await transport.tip(undefined, never), { ref: 'refs/heads/trunk', sha: sha('1') })
  assert.equal((await transport.tip('refs/heads/trunk', never))?.sha, sha('1'))
  assert.equal(await transport.tip('refs/heads/main', never), undefined)
})

test('a repository without a commit has no tip', async (t) => {
  const stub = await httpStub(t, (_, response) => {
    response.writeHead(200, { 'content-type': advertType })
    response.end(`${service}0000${pktLine(`${sha('0')} capabilities^{}\0report-status\n`)}0000`)
  })
  assert.equal(await transportTo(stub).tip(undefined, never), undefined)
})

test('a server that was replaced by an older one is asked anew', async (t) => {
  let isOld = false
  const stub = await httpStub(t, ({ line }, response) => {
    const isAdvert = line.startsWith('GET')
    response.writeHead(isOld && !isAdvert ? 400 : 200, { 'content-type': advertType })
    if (!isAdvert) return void response.end(`${pktLine(`${sha('1')} refs/heads/main\n`)}0000`)
    const old = pktLine(`${sha('2')} refs/heads/main\0shallow\n`)
    response.end(`${service}0000${isOld ? old : pktLine('version 2\n')}0000`)
  })
  const transport = transportTo(stub)
  assert.equal((await transport.tip('refs/heads/main', never))?.sha, sha('1'))
  isOld = true
  assert.equal((await transport.tip('refs/heads/main', never))?.sha, sha('2'))
})

test('a connection that the server closed meanwhile is opened anew', async (t) => {
  const stub = await httpStub(t, (_, response) => {
    response.writeHead(200, { 'content-type': advertType })
    response.end(`${service}0000${pktLine(`${sha('1')} refs/heads/main\0shallow\n`)}0000`, () =>
      setImmediate(() => response.socket?.destroy()),
    )
  })
  const transport = transportTo(stub)
  for (let look = 0; look < 5; look++) await transport.tip('refs/heads/main', never)
  assert.equal(stub.asked.length >= 5, true)
})

test('credentials follow no redirection', async (t) => {
  const elsewhere = await httpStub(t, (_, response) => response.end())
  const stub = await httpStub(t, (_, response) => {
    response.writeHead(302, { location: `${elsewhere.url}/shop.git` }).end()
  })
  await assert.rejects(transportTo(stub).tip('refs/heads/main', never), /has moved elsewhere \(HTTP 302\)/)
  assert.deepEqual(elsewhere.asked, [])
})

test('a list of refs without end is cut off, and takes no memory meanwhile', async (t) => {
  const many = pktLine(`${sha('4')} refs/heads/${'x'.repeat(900)}\n`).repeat(1000)
  const stub = await httpStub(t, (_, response) => {
    response.writeHead(200, { 'content-type': advertType })
    response.on('error', () => undefined)
    response.write(`${service}0000${pktLine(`${sha('1')} refs/heads/a\0shallow\n`)}`)
    const more = (): void => {
      while (!response.destroyed && response.write(many));
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  })
  const before = process.memoryUsage().heapUsed
  const asked = transportTo(stub, { timeoutMs: 20_000, maxBytes: 64 << 20 }).tip('refs/heads/main', never)
  await assert.rejects(asked, { code: 'git/too-large' })
  collectGarbage()
  assert.ok(process.memoryUsage().heapUsed - before < 48 << 20)
})

test('an answer that comes a byte at a time is given up when its time is over', async (t) => {
  const stub = await httpStub(t, (_, response) => {
    response.writeHead(200, { 'content-type': advertType })
    const timer = setInterval(() => response.write('0'), 50)
    response.on('close', () => clearInterval(timer))
  })
  const limits = { timeoutMs: 400, maxBytes: 1 << 20 }
  await assert.rejects(
    transportTo(stub, limits).tip('refs/heads/main', never),
    /did not answer in time|none of git/,
  )
})

test('what a server says cannot play with the terminal of whoever reads it', async (t) => {
  const stub = await httpStub(t, (_, response) => {
    response.writeHead(200, { 'content-type': advertType })
    response.end(pktLine('ERR \x1b[2J\x1b]0;owned\x07gone\n'))
  })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is the point
  const clean = (error: Error): boolean => /gone/.test(error.message) && !/[\x00-\x1f]/.test(error.message)
  await assert.rejects(transportTo(stub).tip('refs/heads/main', never), clean)
})
