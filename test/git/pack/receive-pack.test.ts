/** Packs as the real git makes them, and as somebody makes them who means us harm. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { ObjectStore } from '../../../src/git/object-store.ts'
import { packHeader, packOf } from '../../../src/git/pack/pack-writer.ts'
import { receivePack } from '../../../src/git/pack/receive-pack.ts'
import { GitSandbox, unitText } from '../../support/git-sandbox.ts'
import { temporaryDirectory } from '../../support/temp-directory.ts'

async function* inPieces(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const bare = (t: TestContext): string => {
  const path = join(temporaryDirectory(t), 'bare.git')
  execFileSync('git', ['init', '-q', '--bare', path])
  return path
}

const take = (path: string, pack: Buffer, signal = new AbortController().signal): Promise<void> => {
  const objects = new ObjectStore(join(path, 'objects'))
  const source = { chunks: inPieces(pack), base: (oid: string) => objects.read(oid), signal }
  return receivePack(join(path, 'objects'), source).finally(() => objects.close())
}

const git = (path: string, input: string, ...args: readonly string[]): Buffer =>
  execFileSync('git', ['-C', path, ...args], { input, maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'pipe'] })

const grown = (t: TestContext): GitSandbox => {
  const source = GitSandbox.make(t)
  const long = Array.from({ length: 300 }, (_, n) => `Environment=A${n}=${n * 7919}`).join('\n')
  for (let n = 0; n < 15; n++)
    source.commit(`c${n}`, {
      'web.service': `${unitText(`v${n}`)}${long}\n#${n}\n`,
      [`u${n}.service`]: unitText(`u${n}`),
    })
  return source
}

test('a pack of git with deltas of both kinds is whole for git after it was taken', async (t) => {
  const source = grown(t)
  for (const how of [[], ['--delta-base-offset']]) {
    const pack = git(
      source.path,
      'HEAD\n',
      'pack-objects',
      '--stdout',
      '--revs',
      '--no-reuse-delta',
      '--depth=50',
      ...how,
    )
    const path = bare(t)
    await take(path, pack)
    execFileSync('git', ['-C', path, 'fsck', '--full', '--strict'], { stdio: 'pipe' })
    const [name] = readdirSync(join(path, 'objects/pack')).filter((file) => file.endsWith('.idx'))
    execFileSync('git', ['-C', path, 'verify-pack', join(path, 'objects/pack', name as string)])
    assert.equal(readdirSync(join(path, 'objects/pack')).length, 2)
    const objects = new ObjectStore(join(path, 'objects'))
    const all = git(source.path, '', 'rev-list', '--objects', '--all').toString().trim().split('\n')
    for (const line of all) objects.read(line.slice(0, 40))
    objects.close()
  }
})

test('a thin pack gets the bases that it leaves out', async (t) => {
  const source = grown(t)
  const path = bare(t)
  await take(path, git(source.path, 'HEAD~5\n', 'pack-objects', '--stdout', '--revs'))
  const thin = git(
    source.path,
    'HEAD\n^HEAD~5\n',
    'pack-objects',
    '--stdout',
    '--revs',
    '--thin',
    '--delta-base-offset',
  )
  await assert.rejects(take(bare(t), thin), { code: 'git/unreadable' }, 'where the base is missing')
  await take(path, thin)
  const head = source.git('rev-parse', 'HEAD')
  execFileSync('git', ['-C', path, 'fsck', '--full', '--strict', head], { stdio: 'pipe' })
  for (const file of readdirSync(join(path, 'objects/pack')).filter((each) => each.endsWith('.idx')))
    execFileSync('git', ['-C', path, 'verify-pack', join(path, 'objects/pack', file)])
})

test('what is written as a pack is one for git', async (t) => {
  const path = bare(t)
  const objects = Array.from({ length: 300 }, (_, n) => ({
    type: 'blob' as const,
    bytes: Buffer.alloc(n * 37, 'x'),
  }))
  git(path, '', 'init', '-q', '--bare')
  execFileSync('git', ['-C', path, 'index-pack', '--stdin', '--strict'], {
    input: packOf(objects),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  await take(bare(t), packOf(objects))
})

/** Wraps entries that nobody's git would make. */
const forged = (entries: readonly Buffer[], count = entries.length): Buffer => {
  const body = Buffer.concat([packHeader(count), ...entries])
  return Buffer.concat([body, createHash('sha1').update(body).digest()])
}

const sizeOf = (size: number): Buffer => {
  const bytes: number[] = []
  for (let rest = size; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest & 0x7f) | (rest >= 128 ? 0x80 : 0))
    if (rest < 128) return Buffer.from(bytes)
  }
}

const blob = (text: string): Buffer => packOf([{ type: 'blob', bytes: Buffer.from(text) }]).subarray(12, -20)
const blobId = (text: string): Buffer => createHash('sha1').update(`blob ${text.length}\0${text}`).digest()

const delta = (base: Buffer, instructions: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x70 | instructions.length]), base, deflateSync(instructions)])

test('a pack that is a bomb, a loop, cut short or damaged leaves nothing behind, and takes little memory', async (t) => {
  const ten = '0123456789'
  const huge = Buffer.concat([sizeOf(10), sizeOf(2 ** 40), Buffer.from([0x90, 10])])
  const good = forged([blob(ten)])
  const loop = [
    delta(Buffer.alloc(20, 1), Buffer.from([10, 5, 0x90, 5])),
    delta(Buffer.alloc(20, 2), Buffer.from([10, 5, 0x90, 5])),
  ]
  const zeros = deflateSync(Buffer.alloc(64 * 1024 * 1024))
  const packs: Readonly<Record<string, Buffer>> = {
    'a delta that wants a terabyte': forged([blob(ten), delta(blobId(ten), huge)]),
    'deltas whose bases are nowhere': forged(loop),
    'a delta on itself': forged([
      Buffer.concat([Buffer.from([0x63, 0]), deflateSync(Buffer.from([1, 1, 1]))]),
    ]),
    'an object that says it is larger than any': forged([
      Buffer.concat([Buffer.from([0xbf, 0xff, 0xff, 0xff, 0xff, 0x7f]), zeros]),
    ]),
    'an object that holds more than it says': forged([Buffer.concat([Buffer.from([0x3a]), zeros])]),
    'a billion objects': forged([blob(ten)], 1_000_000_000),
    'one object more than there is': forged([blob(ten)], 2),
    'one object less': forged([blob(ten), blob('x')], 1),
    'cut short': good.subarray(0, -1),
    nothing: Buffer.alloc(0),
    'a byte turned': Buffer.from(good.map((byte, at) => (at === 14 ? byte ^ 1 : byte))),
    'a web page': Buffer.from('<html>hello</html>'),
    'an entry of a kind that is none': forged([
      Buffer.concat([Buffer.from([0x5a]), deflateSync(Buffer.from(ten))]),
    ]),
  }
  const path = bare(t)
  mkdirSync(join(path, 'objects/pack'), { recursive: true })
  const before = process.memoryUsage.rss()
  for (const [what, pack] of Object.entries(packs)) {
    await assert.rejects(take(path, pack), (error) => error instanceof Error, what)
    assert.deepEqual(readdirSync(join(path, 'objects/pack')), [], what)
  }
  assert.ok(process.memoryUsage.rss() - before < 200 * 1024 * 1024)
  await take(path, good)
})

test('a pack that takes too long to read is given up', async (t) => {
  const blobs = Array.from({ length: 20_000 }, (_, n) => ({
    type: 'blob' as const,
    bytes: Buffer.from(`${n}`),
  }))
  const signal = AbortSignal.abort(new Error('time is up'))
  await assert.rejects(take(bare(t), packOf(blobs), signal), /time is up/)
})
