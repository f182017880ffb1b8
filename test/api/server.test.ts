import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { createServer as createNetServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { ErrorAnswer } from '../../src/api/contract.ts'
import type { ManyVerbsAnswer } from '../../src/api/requests.ts'
import { type ApiServer, createApiServer } from '../../src/api/server.ts'
import { GitprocError } from '../../src/base/error.ts'
import { type LogVolume, silentLog } from '../../src/base/log.ts'
import type { Controller } from '../../src/controller/controller-port.ts'
import { FakeController } from '../support/fake-controller.ts'
import { unitOf } from '../support/status-answers.ts'

const noMetrics = { points: () => [] }
const volume: LogVolume = { level: 'info' }
const idleClock = { now: () => 0, at: () => () => {} }

describe('the api on its socket', () => {
  let directory: string
  let socket: string
  let server: ApiServer | undefined
  const endings: string[] = []

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gitproc-api-'))
    socket = join(directory, 'run', 'gitproc.sock')
  })
  afterEach(async () => {
    await server?.close()
    server = undefined
    rmSync(directory, { recursive: true })
  })

  const serve = async (fake: FakeController): Promise<ApiServer> => {
    const made = createApiServer({
      controller: fake.port,
      metrics: noMetrics,
      security: async () => undefined,
      logDirectory: '/var/log/gitproc',
      shutdown: (who) => void endings.push(who),
      clock: idleClock,
      volume,
      log: silentLog,
    })
    await made.listen(socket)
    server = made
    return made
  }

  const open = (method: string, path: string, body?: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const outgoing = request({ socketPath: socket, method, path, agent: false }, resolve)
      outgoing.on('error', reject)
      outgoing.end(body)
    })

  const ask = async <T>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; answer: T }> => {
    const text = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body)
    const response = await open(method, path, text)
    let received = ''
    for await (const chunk of response) received += chunk
    return { status: response.statusCode!, answer: JSON.parse(received) as T }
  }

  test('is for its owner and group only, also when the daemon has a wide umask', async () => {
    const umask = process.umask(0)
    await serve(new FakeController())
    process.umask(umask)
    assert.equal(statSync(socket).mode & 0o777, 0o660)
  })

  test('replaces the socket of a daemon that is gone', async () => {
    const dead = createNetServer()
    const elsewhere = join(directory, 'elsewhere')
    await new Promise<void>((resolve) => dead.listen(elsewhere, resolve))
    mkdirSync(join(directory, 'run'))
    renameSync(elsewhere, socket) // closing removes only the name it was bound to, so that this one stays, as after a kill
    await new Promise((resolve) => dead.close(resolve))
    assert.ok(existsSync(socket))
    await serve(new FakeController())
    assert.equal((await ask('GET', '/v1/status')).status, 200)
  })

  test('makes its socket anew when somebody removes it', async () => {
    await serve(new FakeController())
    const back = Promise.withResolvers<void>()
    const watcher = watch(dirname(socket), () => existsSync(socket) && back.resolve())
    rmSync(socket)
    await back.promise
    watcher.close()
    assert.equal((await ask('GET', '/v1/status')).status, 200)
    assert.equal(statSync(socket).mode & 0o777, 0o660)
  })

  test('never removes a file that is no socket, nor takes the socket of a living daemon', async () => {
    await serve(new FakeController())
    const second = createApiServer({
      controller: new FakeController().port,
      metrics: noMetrics,
      security: async () => undefined,
      logDirectory: '/var/log/gitproc',
      shutdown: () => {},
      clock: idleClock,
      volume,
      log: silentLog,
    })
    await assert.rejects(second.listen(socket), { code: 'api/socket', message: /another process answers/ })
    const file = join(directory, 'file')
    writeFileSync(file, 'precious')
    await assert.rejects(second.listen(file), { code: 'api/socket', message: /no socket/ })
    assert.ok(existsSync(file))
  })

  test('hands over who asks for what', async () => {
    const fake = new FakeController()
    await serve(fake)
    const { status } = await ask('POST', '/v1/sync', { who: 'ada', wait: true })
    assert.equal(status, 200)
    assert.deepEqual(fake.asked, [{ what: 'sync', with: { who: 'ada', wait: true } }])
  })

  test('names of units may hold what paths may not', async () => {
    const seen: string[] = []
    await serve(
      new FakeController({
        why: async (unit) => {
          seen.push(unit)
          return { unit, paragraph: 'Because.', remedy: undefined }
        },
      }),
    )
    await ask('GET', `/v1/units/${encodeURIComponent('web@a/b?.service')}/why`)
    assert.deepEqual(seen, ['web@a/b?.service'])
  })

  test('one request is enough for many units, and each has an answer of its own', async () => {
    await serve(
      new FakeController({
        verb: async (unit, _verb, { who }) => {
          if (unit === 'no.service') throw new GitprocError('units/unknown', 'no unit is called no.service')
          return { unit, outcome: 'done', reason: who, status: unitOf(unit) }
        },
      }),
    )
    const units = ['a.service', 'no.service', 'b.service']
    const { status, answer } = await ask<ManyVerbsAnswer>('POST', '/v1/verbs/stop', { who: 'ada', units })
    assert.equal(status, 200)
    const told = answer.answers.map((each) =>
      'error' in each ? each.error.code : `${each.unit} ${each.reason}`,
    )
    assert.deepEqual(told, ['a.service ada', 'units/unknown', 'b.service ada'])
  })

  const failures: readonly (readonly [string, string, string, unknown, number])[] = [
    ['a body that is no JSON', 'POST', '/v1/sync', '{', 400],
    ['a misspelled field', 'POST', '/v1/sync', { wiat: true }, 400],
    ['a field of the wrong type', 'POST', '/v1/sync', { wait: 'yes' }, 400],
    ['a body beyond every need', 'POST', '/v1/sync', 'x'.repeat(5_000_000), 400],
    ['an unknown verb', 'POST', '/v1/units/web.service/explode', {}, 400],
    ['many units that are no list', 'POST', '/v1/verbs/stop', { units: 'web.service' }, 400],
    ['a signal that is none', 'POST', '/v1/units/web.service/kill', { signal: '9; rm' }, 400],
    ['an absurd limit', 'GET', '/v1/history?limit=-1', undefined, 400],
    ['an unknown route', 'GET', '/v2/status', undefined, 404],
    ['a broken escape', 'GET', '/v1/units/%zz', undefined, 404],
    ['the wrong method', 'POST', '/v1/status', undefined, 405],
  ]
  for (const [what, method, path, body, expected] of failures) {
    test(`${what} is refused with ${expected}`, async () => {
      const fake = new FakeController()
      await serve(fake)
      const { status, answer } = await ask<ErrorAnswer>(method, path, body)
      assert.equal(status, expected)
      assert.ok(answer.error.message.length > 0)
      assert.deepEqual(fake.asked, [])
    })
  }

  test('an unknown unit is 404, with the remedy', async () => {
    const unit: Controller['unit'] = async () => {
      throw new GitprocError('units/unknown', 'no unit is called wbe', {
        remedy: 'did you mean web.service?',
      })
    }
    await serve(new FakeController({ unit }))
    const { status, answer } = await ask<ErrorAnswer>('GET', '/v1/units/wbe')
    assert.equal(status, 404)
    assert.equal(answer.error.remedy, 'did you mean web.service?')
  })

  test('a bug tells the caller nothing of its insides', async () => {
    const status: Controller['status'] = async () => {
      throw new TypeError('secret is undefined')
    }
    await serve(new FakeController({ status }))
    const answered = await ask<ErrorAnswer>('GET', '/v1/status')
    assert.equal(answered.status, 500)
    assert.doesNotMatch(JSON.stringify(answered.answer), /secret/)
  })

  test('events arrive in order, and a listener that leaves is forgotten', async () => {
    const fake = new FakeController()
    const made = await serve(fake)
    const stream = await open('GET', '/v1/events')
    let text = ''
    for await (const chunk of stream) {
      text += chunk
      if (text === ': listening\n\n') {
        fake.tell({ kind: 'unit', unit: 'web.service', text: 'running', atMs: 1 })
        fake.tell({ kind: 'generation', text: 'Healthy', atMs: 2 })
      }
      if (text.includes('Healthy')) break
    }
    assert.match(text, /event: unit\ndata: \{.*"running".*\}\n\nevent: generation\n/)
    await made.close()
    assert.equal(fake.listeners, 0)
  })

  test('who does not read events is dropped, and the others hear on', async () => {
    const fake = new FakeController()
    await serve(fake)
    const lazy = await open('GET', '/v1/events')
    lazy.pause()
    const dropped = new Promise((resolve) => lazy.once('close', resolve))
    const big = 'x'.repeat(64 * 1024)
    for (let sent = 0; sent < 200; sent++) fake.tell({ kind: 'notice', text: big, atMs: sent })
    lazy.resume()
    await dropped
    assert.equal(lazy.complete, false)
  })

  test('the level of the log is changed at once, and only to one that there is', async () => {
    await serve(new FakeController())
    const { answer } = await ask('POST', '/v1/log-level', { who: 'ada', level: 'debug' })
    assert.deepEqual(answer, { level: 'debug' })
    assert.deepEqual((await ask('GET', '/v1/log-level')).answer, { level: 'debug' })
    assert.equal((await ask('POST', '/v1/log-level', { who: 'ada', level: 'loud' })).status, 400)
    assert.equal((await ask('POST', '/v1/log-level', { who: 'ada' })).status, 400)
    assert.equal(volume.level, 'debug')
  })

  test('shutdown answers first and says who asked', async () => {
    await serve(new FakeController())
    assert.deepEqual((await ask('POST', '/v1/shutdown', { who: 'ada' })).answer, { isEnding: true })
    assert.deepEqual(endings, ['ada'])
  })
})
