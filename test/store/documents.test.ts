import assert from 'node:assert/strict'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openHolds } from '../../src/store/holds.ts'
import { openRejections } from '../../src/store/rejections.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

const hold = (unit: string, reason?: string) => ({ unit, who: 'root', sinceMs: 1, reason })

test('a hold outlives the daemon, with who, since when and why', async (t) => {
  const directory = temporaryDirectory(t)
  const path = join(directory, 'holds.json')
  const holds = openHolds(path)
  await Promise.all([
    holds.set(hold('a.service', 'noisy')),
    holds.set(hold('b.service', 'old')),
    holds.set(hold('c.service', 'x')),
  ])
  await holds.remove('c.service')
  await holds.set(hold('b.service', 'new'))
  const again = openHolds(path)
  assert.deepEqual(again.all(), [hold('a.service', 'noisy'), hold('b.service', 'new')])
  assert.deepEqual(again.get('b.service'), hold('b.service', 'new'))
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(directory), ['holds.json'])
})

test('holds that cannot be read stop the daemon instead of being forgotten', (t) => {
  const path = join(temporaryDirectory(t), 'holds.json')
  for (const text of ['', '{', 'null', '[]', '{"version":1}', '{"version":1,"holds":3}']) {
    writeFileSync(path, text)
    assert.throws(() => openHolds(path), { code: 'store/read' }, text)
  }
  writeFileSync(path, '{"version":7,"holds":[]}')
  assert.throws(() => openHolds(path), { code: 'store/read', message: /version 7/ })
})

test('a definition that failed is remembered until it is taken back', async (t) => {
  const path = join(temporaryDirectory(t), 'rejections.json')
  const rejections = openRejections(path)
  const rejection = { unit: 'a.service', hash: 'h1', revision: 'r', reason: 'exited 1', atMs: 1 }
  await rejections.add([rejection, { ...rejection, hash: 'h2' }, { ...rejection, unit: 'b.service' }])
  await rejections.add([{ ...rejection, reason: 'exited 2' }])
  assert.deepEqual(
    openRejections(path)
      .all()
      .map(({ unit, hash, reason }) => [unit, hash, reason]),
    [
      ['a.service', 'h2', 'exited 1'],
      ['b.service', 'h1', 'exited 1'],
      ['a.service', 'h1', 'exited 2'],
    ],
  )
  await rejections.remove(['a.service'])
  assert.deepEqual(
    openRejections(path)
      .all()
      .map(({ unit }) => unit),
    ['b.service'],
  )
})
