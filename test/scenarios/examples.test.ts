/** What `examples/` promises: each unit is understood, becomes ready, and does what its comment says. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

const examples = join(import.meta.dirname, '..', '..', 'examples')
const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(examples, folder))
      .filter((name) => name.endsWith('.service'))
      .map((name) => [name, readFileSync(join(examples, folder, name), 'utf8')]),
  )
const isRoot = process.getuid?.() === 0
const nodePath = `[Service]\nExecSearchPath=${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin\n`

describe('the example units', () => {
  const sandbox = new Sandbox()
  before(async () => {
    await sandbox.init({
      ...filesIn('.'),
      ...(isRoot ? filesIn('root') : {}),
      'app.service.d/node.conf': nodePath,
    })
    await sandbox.start()
  })
  after(() => sandbox.end())

  test('have no findings', async () => {
    const { stdout, status } = await sandbox.gitproc('verify', examples, join(examples, 'root'))
    assert.equal(status, 0)
    assert.match(stdout, /nothing to say/)
  })

  test('become healthy together', async () => {
    const status = await sandbox.synced()
    assert.equal(status.health, 'Healthy', JSON.stringify(status, null, 1))
    assert.equal(status.sync, 'Synced')
  })

  test('serve what they say they serve', async () => {
    assert.match(await (await fetch('http://127.0.0.1:27811/')).text(), /Hello, visitor 1!/)
    assert.match(await (await fetch('http://127.0.0.1:27810/')).text(), /GPL/)
  })

  test('the worker starts after the app is healthy, and the app after the migration', async () => {
    const [migrate, app, worker] = await Promise.all(
      ['migrate', 'app', 'worker'].map((name) => sandbox.unit(`${name}.service`)),
    )
    assert.equal(migrate?.subState, 'exited')
    assert.ok(migrate!.startedAtMs! <= app!.startedAtMs!)
    assert.ok(app!.health.checkedAtMs! <= worker!.startedAtMs!)
  })

  test('the limited one runs as nobody', { skip: !isRoot && 'needs root' }, async () => {
    assert.match(sandbox.readLog('limited.service'), /^nobody\n256\n/)
  })
})
