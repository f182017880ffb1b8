import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderInit } from '../../../src/cli/render/init.ts'
import { plainLook } from '../../support/looks.ts'

const made = { path: '/srv/shop', isNew: true, hook: undefined, isUsual: false } as const

describe('gitproc init', () => {
  test('ends with the three commands to type next, with real paths', () => {
    assert.deepEqual(renderInit(made, plainLook).slice(-4), [
      'Next:',
      '  cp YOUR.service /srv/shop/',
      '  cd /srv/shop && git add . && git commit -m "first units"',
      '  gitproc daemon --detach --repo /srv/shop',
    ])
  })

  test('says nothing of the repository where the daemon finds it by itself', () => {
    assert.equal(renderInit({ ...made, isUsual: true }, plainLook).at(-1), '  gitproc daemon --detach')
  })

  test('quotes a path that a shell would take apart', () => {
    assert.match(
      renderInit({ ...made, path: "/srv/a b's" }, plainLook).join('\n'),
      /cd '\/srv\/a b'\\''s' &&/,
    )
  })

  test('offers the hook, and says what became of it', () => {
    assert.match(renderInit(made, plainLook).join('\n'), /--hook/)
    assert.match(
      renderInit({ ...made, hook: 'other-hook' }, plainLook).join('\n'),
      /another pre-commit hook: it stays/,
    )
  })
})
