import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { GitHttpRequest } from '../../../src/git/remote/http/http-client.ts'
import { lsRefs, pktLines, tipIn } from '../../../src/git/remote/http/ls-refs.ts'

const sha = (digit: string): string => digit.repeat(40)
const pkt = (line: string): string => (Buffer.byteLength(line) + 4).toString(16).padStart(4, '0') + line

/** A server that gives these answers one after the other, and remembers what it was asked. */
const serverSaying = (...bodies: readonly string[]) => {
  const asked: string[] = []
  const answers = [...bodies]
  const http = {
    request: async ({ url, body }: GitHttpRequest) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of body ?? []) chunks.push(chunk)
      asked.push(`${url} ${Buffer.concat(chunks)}`.trim())
      return {
        url,
        method: 'GET',
        statusCode: 200,
        statusMessage: 'OK',
        headers: { 'content-type': 'application/x-git-upload-pack-advertisement' },
        body: (async function* () {
          yield Buffer.from(answers.shift() ?? '')
        })(),
      }
    },
  }
  return { place: { http, url: 'https://h/r', headers: {} }, asked }
}

test('a server of today is asked for the one branch', async () => {
  const advert = `${pkt('# service=git-upload-pack\n')}0000${pkt('version 2\n')}${pkt('ls-refs=unborn\n')}0000`
  const refs = `${pkt(`${sha('1')} refs/heads/main\n`)}${pkt(`${sha('2')} refs/heads/main-2\n`)}0000`
  const { place, asked } = serverSaying(advert, refs)
  assert.deepEqual(await lsRefs(place, 'main'), { branch: 'main', sha: sha('1') })
  assert.match(
    asked[1] ?? '',
    /^https:\/\/h\/r\/git-upload-pack 0014command=ls-refs\n0001000csymrefs\n001fref-prefix refs\/heads\/main\n0000$/,
  )
})

test('an older server lists its refs, and says in the first line what HEAD stands for', async () => {
  const first = `${sha('1')} HEAD\0multi_ack symref=HEAD:refs/heads/trunk agent=git/1.8\n`
  const advert = `${pkt('# service=git-upload-pack\n')}0000${pkt(first)}${pkt(`${sha('1')} refs/heads/trunk\n`)}0000`
  assert.deepEqual(await lsRefs(serverSaying(advert).place, undefined), { branch: 'trunk', sha: sha('1') })
  assert.deepEqual(await lsRefs(serverSaying(advert).place, 'trunk'), { branch: 'trunk', sha: sha('1') })
  assert.equal(await lsRefs(serverSaying(advert).place, 'main'), undefined)
})

test('a repository without a commit has no tip', () => {
  assert.equal(tipIn([`${sha('0')} capabilities^{}`], undefined), undefined)
  assert.equal(tipIn([], 'main'), undefined)
})

test('an answer that is cut off is no answer', () => {
  const whole = Buffer.from(`${pkt(`${sha('1')} refs/heads/main\n`)}0000`)
  for (let length = 1; length < whole.length - 4; length++)
    assert.throws(() => pktLines(whole.subarray(0, length)), { code: 'SmartHttpError' })
})

test('whatever a server sends, reading it ends', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        pktLines(Buffer.from(bytes))
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'SmartHttpError')
      }
    }),
  )
})

test('what the server refuses is said in its words', () => {
  assert.throws(() => pktLines(Buffer.from(pkt('ERR access denied\n'))), /access denied/)
})
