/** Packs of a server that means us harm: each is refused in time, with an error, and within a bounded memory. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { GitprocError } from '../../../../src/base/error.ts'
import { makeBare } from '../../../../src/git/remote/bare-repository.ts'
import { HttpTransport } from '../../../../src/git/remote/http/http-transport.ts'
import { pktLine } from '../../../../src/git/remote/http/pkt-line.ts'
import { noProxy } from '../../../../src/git/remote/proxy.ts'
import { parseRemoteUrl } from '../../../../src/git/remote/remote-url.ts'
import { httpStub } from '../../../support/http-stub.ts'
import { temporaryDirectory } from '../../../support/temp-directory.ts'

const tip = '1'.repeat(40)
const identity = {
  user: undefined,
  passwordFile: undefined,
  tokenFile: undefined,
  caFile: undefined,
  certificateFile: undefined,
  certificateKeyFile: undefined,
  sshKeyFile: undefined,
}

/** Fetches from a server that answers with this after saying what it has. */
const fetchFrom = async (t: TestContext, gitDir: string, answer: Uint8Array): Promise<unknown> => {
  const stub = await httpStub(t, ({ line }, response) => {
    const isAdvert = line.startsWith('GET')
    const kind = isAdvert ? 'advertisement' : 'result'
    response.writeHead(200, { 'content-type': `application/x-git-upload-pack-${kind}` })
    const refs = [`${tip} HEAD\0shallow side-band-64k ofs-delta\n`, `${tip} refs/heads/main\n`]
      .map(pktLine)
      .join('')
    response.end(isAdvert ? `${pktLine('# service=git-upload-pack\n')}0000${refs}0000` : answer)
  })
  makeBare(gitDir, 'refs/heads/main')
  const ports = { identity, limits: { timeoutMs: 5000, maxBytes: 64 << 20 }, proxy: noProxy }
  const transport = new HttpTransport(parseRemoteUrl(`${stub.url}/shop.git`), ports)
  const request = { gitDir, ref: 'refs/heads/main', depth: 50 }
  return transport.fetch(request, new AbortController().signal).then(
    (sha) => sha,
    (error: unknown) => error,
  )
}

const banded = (pack: Buffer, band = '\x01'): Buffer => {
  const packets: Uint8Array[] = [Buffer.from(`${pktLine(`shallow ${tip}`)}0000${pktLine('NAK\n')}`)]
  for (let at = 0; at < pack.length; at += 60_000) {
    const part = pack.subarray(at, at + 60_000)
    packets.push(Buffer.from((part.length + 5).toString(16).padStart(4, '0') + band), part)
  }
  return Buffer.concat([...packets, Buffer.from('0000')])
}

const packOf = (entries: readonly Buffer[], count = entries.length): Buffer => {
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1')
  head.writeUInt32BE(count, 8)
  const body = Buffer.concat([head, ...entries])
  return Buffer.concat([body, createHash('sha1').update(body).digest()])
}

const text = Buffer.from('0123456789')
const blob = Buffer.concat([Buffer.from([0x3a]), deflateSync(text)])
const blobId = createHash('sha1').update('blob 10\0').update(text).digest()
const deltaOn = (base: Buffer, ...bytes: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from([0x70 | bytes.length]), base, deflateSync(Buffer.from(bytes))])

const answers: Readonly<Record<string, Buffer>> = {
  'a web page in the place of a pack': banded(Buffer.from('<html>hello</html>')),
  'bytes on a band that is none': banded(packOf([blob]), '\x09'),
  'an error in the middle': banded(Buffer.from('\x1b[2Jno'), '\x03'),
  'no packets at all': Buffer.from('zzzz'.repeat(100)),
  'a pack cut short': banded(packOf([blob]).subarray(0, -5)),
  'a billion objects that are not there': banded(packOf([blob], 1_000_000_000)),
  'an object that holds more than it says': banded(
    packOf([Buffer.concat([Buffer.from([0x3a]), deflateSync(Buffer.alloc(64 << 20))])]),
  ),
  'a delta that wants a terabyte': banded(
    packOf([blob, deltaOn(blobId, 10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0x90, 10)]),
  ),
  'a delta on itself': banded(
    packOf([Buffer.concat([Buffer.from([0x63, 0]), deflateSync(Buffer.from([1, 1, 1]))])]),
  ),
}

for (const [what, answer] of Object.entries(answers))
  test(`${what}`, { timeout: 20_000 }, async (t) => {
    const before = process.memoryUsage.rss()
    const gitDir = join(temporaryDirectory(t), 'mirror.git')
    const ended = await fetchFrom(t, gitDir, answer)
    assert.ok(process.memoryUsage.rss() - before < 400 << 20, 'memory')
    assert.ok(ended instanceof GitprocError, String(ended))
    assert.equal(ended.code, 'git/protocol')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is the point
    assert.doesNotMatch(ended.message, /[\x00-\x1f]/)
    assert.deepEqual(readdirSync(join(gitDir, 'objects/pack')), [])
  })
