/** `gitproc init --remote`: the remote is written down, asked once, and what is in the way is said at once. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'
import { staying, Upstream } from '../support/upstream.ts'

const setUp = (t: TestContext) => {
  const upstream = new Upstream(temporaryDirectory(t))
  const sandbox = new Sandbox()
  t.after(() => sandbox.end())
  const file = join(sandbox.prefix, 'gitproc.conf')
  sandbox.env['GITPROC_CONFIG'] = file
  return { upstream, sandbox, file, text: () => readFileSync(file, 'utf8') }
}

test('a remote is written into a new configuration, and its daemon follows it', async (t) => {
  const { upstream, sandbox, text } = setUp(t)
  const sha = upstream.push({ 'units/web.service': staying('1') }, 'first')
  const url = `file://${upstream.bare}`
  const made = await sandbox.gitproc('init', '--remote', url, '--path', 'units')
  assert.equal(made.status, 0, made.stderr)
  assert.match(made.stdout, new RegExp(`It lets us in: main is at ${sha.slice(0, 7)}`))
  assert.equal(text(), `remote = ${url}\npath = units\n`)
  await sandbox.start()
  await sandbox.until((status) => status.sync === 'Synced' && status.revision?.sha === sha)
  const again = await sandbox.gitproc('init', '--remote', url)
  assert.equal(again.status, 0)
  assert.equal(text(), `remote = ${url}\npath = units\n`)
})

test('another remote than the one that is followed is not taken over by accident', async (t) => {
  const { upstream, sandbox, text } = setUp(t)
  upstream.push({ 'web.service': staying('1') })
  await sandbox.gitproc('init', '--remote', `file://${upstream.bare}`)
  const before = text()
  const other = await sandbox.gitproc('init', '--remote', 'https://git.example.org/other.git')
  assert.equal(other.status, 64)
  assert.match(other.stderr, /has another remote already; it stays as it is/)
  assert.equal(text(), before)
})

test('a URL with a password in it is refused, and written nowhere', async (t) => {
  const { sandbox, file } = setUp(t)
  const refused = await sandbox.gitproc(
    'init',
    '--remote',
    'https://ada:open-sesame@git.example.org/shop.git',
  )
  assert.equal(refused.status, 64)
  assert.match(refused.stderr, /has credentials in it/)
  assert.doesNotMatch(refused.stdout + refused.stderr, /open-sesame/)
  assert.ok(!existsSync(file))
})

test('a remote that does not answer is written down, and what is in the way is said', async (t) => {
  const { sandbox, text } = setUp(t)
  const url = 'file:///nowhere/shop.git'
  const made = await sandbox.gitproc('init', '--remote', url, '-o', 'json')
  assert.equal(made.status, 1)
  assert.equal(JSON.parse(made.stdout).trouble.code, 'git/no-repository')
  assert.equal(text(), `remote = ${url}\n`)
})
