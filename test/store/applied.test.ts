import assert from 'node:assert/strict'
import { appendFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FileTree } from '../../src/base/file-tree.ts'
import { silentLog } from '../../src/base/log.ts'
import { openApplied } from '../../src/store/applied.ts'
import type { AppliedUnit } from '../../src/store/records.ts'
import { captureLog } from '../support/capture-log.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

const unitOf = (name: string, text: string | Uint8Array): { unit: AppliedUnit; tree: FileTree } => {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const id = `id-${Buffer.from(bytes).toString('hex').slice(0, 24)}-${bytes.length}`
  const file = { kind: 'file' as const, id, isExecutable: false }
  const unit = {
    name,
    revision: 'r1',
    hash: id,
    settings: { 'Service.ExecStart': 'x' },
    orderedAfter: ['z'],
    files: { [name]: file },
  }
  return { unit, tree: new Map([[name, { ...file, bytes }]]) }
}

test('what is applied is the same after a restart, bytes of the files included', async (t) => {
  const path = join(temporaryDirectory(t), 'applied.jsonl')
  const store = openApplied(path, silentLog)
  const text = unitOf('web.service', '[Service]\nExecStart=/bin/true # ünit\n')
  const binary = unitOf('odd.service', Uint8Array.of(0, 255, 10, 13, 128))
  const link = { kind: 'link' as const, id: 'l', target: 'web@.service' }
  const linked: AppliedUnit = {
    ...text.unit,
    name: 'web@1.service',
    files: { ...text.unit.files, 'web@1.service': link },
  }
  await store.save([text.unit, linked], text.tree)
  await store.save([binary.unit], binary.tree)
  const again = openApplied(path, silentLog)
  const units = await again.load()
  assert.deepEqual([...units.values()], [text.unit, linked, binary.unit])
  const tree = await again.tree(units.values())
  for (const [name, entry] of [...text.tree, ...binary.tree]) {
    const read = tree.get(name)
    assert.ok(read?.kind === 'file' && entry.kind === 'file')
    assert.deepEqual(Buffer.from(read.bytes), Buffer.from(entry.bytes))
  }
  assert.deepEqual(tree.get('web@1.service'), link)
})

test('a unit replaced or removed stays so after a restart', async (t) => {
  const path = join(temporaryDirectory(t), 'applied.jsonl')
  const store = openApplied(path, silentLog)
  const [old, young, other] = [
    unitOf('web.service', '1'),
    unitOf('web.service', '22'),
    unitOf('db.service', '3'),
  ]
  await store.save([old.unit], old.tree)
  await store.save([other.unit], other.tree)
  await store.save([young.unit], young.tree)
  await store.remove(['db.service', 'never.service'])
  assert.deepEqual([...(await openApplied(path, silentLog).load()).values()], [young.unit])
})

test('one unit of ten thousand costs one line, and many changes do not fill the disk', async (t) => {
  const path = join(temporaryDirectory(t), 'applied.jsonl')
  const store = openApplied(path, silentLog)
  const all = Array.from({ length: 10_000 }, (_, number) =>
    unitOf(`u${number}.service`, `[Service]\nExecStart=/bin/${number}\n`),
  )
  await store.save(
    all.map(({ unit }) => unit),
    new Map(all.flatMap(({ tree }) => [...tree])),
  )
  const full = statSync(path).size
  const one = unitOf('u7.service', '[Service]\nExecStart=/bin/other\n')
  await store.save([one.unit], one.tree)
  assert.ok(statSync(path).size - full < 1000)
  const large = Array.from({ length: 400 }, (_, number) =>
    unitOf('u8.service', `${number}`.repeat(20_000).slice(0, 60_000)),
  )
  for (const { unit, tree } of large) await store.save([unit], tree)
  assert.ok(statSync(path).size < 3 * full, `${statSync(path).size} bytes`)
  const units = await openApplied(path, silentLog).load()
  assert.equal(units.size, 10_000)
  assert.deepEqual([units.get('u7.service'), units.get('u8.service')], [one.unit, large.at(-1)?.unit])
})

test('a record torn by a crash is left out and said so, the one before it holds', async (t) => {
  const path = join(temporaryDirectory(t), 'applied.jsonl')
  const { unit, tree } = unitOf('web.service', 'x')
  await openApplied(path, silentLog).save([unit], tree)
  appendFileSync(path, '{"unit":{"name":"web.service","hash":"ne')
  const log = captureLog()
  assert.deepEqual([...(await openApplied(path, log).load()).values()], [unit])
  assert.equal(log.lines.length, 1)
})

test('a unit is not saved without the bytes of its files', async (t) => {
  const store = openApplied(join(temporaryDirectory(t), 'applied.jsonl'), silentLog)
  const { unit } = unitOf('web.service', 'x')
  await assert.rejects(store.save([unit], new Map()), { code: 'store/read', message: /web\.service/ })
  assert.equal((await store.load()).size, 0)
})
