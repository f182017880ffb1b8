import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GitprocError } from '../../src/base/error.ts'
import { RemoteNews } from '../../src/controller/remote-news.ts'
import type { RemoteState } from '../../src/git/repository-port.ts'
import { captureLog } from '../support/capture-log.ts'

const begin = () => {
  const repository: { remote: RemoteState | undefined } = {
    remote: { url: 'https://h/r', seenAtMs: 1, nextLookAtMs: 2, trouble: undefined },
  }
  const log = captureLog()
  const news = new RemoteNews({ repository, clock: { now: () => 10 }, log })
  const trouble = (error: GitprocError | undefined): void => {
    repository.remote = { ...repository.remote!, trouble: error && { error, sinceMs: 5 } }
  }
  return { news, trouble, log, repository }
}

const down = new GitprocError('git/unreachable', 'cannot reach https://h/r')

test('trouble is told once when it begins, once when it is of another kind, and once when it is over', () => {
  const { news, trouble, log } = begin()
  assert.equal(news.hear(), undefined)
  trouble(down)
  assert.equal(news.hear(), down.message)
  assert.equal(news.hear(), undefined)
  trouble(new GitprocError('git/unauthorized', 'HTTP 401'))
  assert.equal(news.hear(), 'HTTP 401')
  trouble(undefined)
  assert.equal(news.hear(), 'https://h/r answers again')
  assert.equal(news.hear(), undefined)
  assert.deepEqual(
    log.lines.map(({ level, fields }) => [level, fields['code']]),
    [
      ['warn', 'git/unreachable'],
      ['warn', 'git/unauthorized'],
      ['info', undefined],
    ],
  )
})

test('a failed pass is not told a second time, but trouble of the host always is', () => {
  const { news, trouble, repository } = begin()
  trouble(down)
  assert.ok(news.hasTold(down))
  assert.ok(!news.hasTold(new GitprocError('store/write', 'no room')))
  repository.remote = { ...repository.remote!, seenAtMs: undefined }
  assert.ok(!news.hasTold(new GitprocError('store/write', 'no room')))
  assert.ok(!news.hasTold(new Error('a bug')))
})
