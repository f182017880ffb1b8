import assert from 'node:assert/strict'
import { chmodSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makePrivate } from '../src/private-place.ts'
import { temporaryDirectory } from './support/temp-directory.ts'

const uid = process.getuid?.() ?? 0

test('without XDG_RUNTIME_DIR a directory for us alone is made, and found again', (t) => {
  const path = join(temporaryDirectory(t), 'gitproc-run-1')
  makePrivate(path, uid)
  makePrivate(path, uid)
  assert.equal(statSync(path).mode & 0o777, 0o700)
})

test("a run directory that somebody else could change is refused: it tells us which processes are the services'", (t) => {
  const directory = temporaryDirectory(t)
  const refusal = (message: RegExp) => ({ code: 'store/write', message, remedy: /XDG_RUNTIME_DIR/ })
  assert.throws(() => makePrivate(directory, uid + 1), refusal(/belongs to uid/))
  const link = join(directory, 'link')
  symlinkSync(directory, link)
  assert.throws(() => makePrivate(link, uid), refusal(/no directory/))
  const file = join(directory, 'file')
  writeFileSync(file, '')
  assert.throws(() => makePrivate(file, uid), refusal(/no directory/))
  chmodSync(directory, 0o777)
  assert.throws(() => makePrivate(directory, uid), refusal(/others may write/))
})
