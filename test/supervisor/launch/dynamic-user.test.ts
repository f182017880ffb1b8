import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { Accounts } from '../../../src/supervisor/launch/accounts.ts'
import { candidates, dynamicUser } from '../../../src/supervisor/launch/dynamic-user.ts'
import { loadService } from '../../support/load-service.ts'

const folder = mkdtempSync(join(tmpdir(), 'gitproc-dynamic-'))
after(() => rmSync(folder, { recursive: true }))

/** A host whose passwd has these uids. */
const hostWith = (...uids: readonly number[]): Accounts => ({
  user: async (id) => {
    const uid = Number(id)
    const name = uids.includes(uid) ? 'somebody' : undefined
    return { name, uid, gid: uid, home: '/', shell: '' }
  },
  group: async () => undefined,
})
const unit = (lines = '') => loadService(`ExecStart=/bin/app\nDynamicUser=yes\n${lines}`)

test('a dynamic user has the first uid that its name comes to and nobody has, and keeps it', async () => {
  const [first, second] = [...candidates('web')]
  const web = unit('User=web')
  assert.equal((await dynamicUser(web, hostWith(), folder)).uid, first)
  assert.equal((await dynamicUser(web, hostWith(), folder)).uid, first)
  assert.equal(
    (await dynamicUser(web, hostWith(first!), folder)).uid,
    second,
    'somebody of passwd has it by now',
  )
})

test('two names never have one uid, whatever they come to', async () => {
  const uids = new Set<number>()
  const names = Array.from({ length: 300 }, (_, index) => `n${index}`)
  for (const name of names) uids.add((await dynamicUser(unit(`User=${name}`), hostWith(), folder)).uid)
  assert.equal(uids.size, names.length)
})

test('every name can have every uid from 61184 to 65519, and no other', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const all = [...candidates(name)].sort((a, b) => a - b)
      assert.deepEqual([all.length, all[0], all.at(-1)], [4336, 61_184, 65_519])
      assert.equal(new Set(all).size, all.length)
    }),
    { numRuns: 20 },
  )
})
