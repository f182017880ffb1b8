import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { GitprocError } from '../src/base/error.ts'
import { loadConfig } from '../src/config.ts'

const directory = mkdtempSync(join(tmpdir(), 'gitproc-config-'))
after(() => rmSync(directory, { recursive: true }))

const fileWith = (text: string): string => {
  const file = join(directory, 'gitproc.conf')
  writeFileSync(file, text)
  return file
}

const failure = (work: () => unknown): GitprocError => {
  try {
    work()
  } catch (error) {
    if (error instanceof GitprocError) return error
  }
  throw new Error('no GitprocError was thrown')
}

describe('the configuration', () => {
  test('a flag wins over the environment, which wins over the file, which wins over the default', () => {
    const config = fileWith('settle = 1s\ndeadline = 2min\nlog_level = warn\n')
    const env = { HOME: '/home/ada', GITPROC_DEADLINE: '3min', GITPROC_LOG_LEVEL: 'error' }
    const read = loadConfig({ config, log_level: 'debug' }, env)
    assert.deepEqual([read.settleMs, read.deadlineMs, read.logLevel], [1000, 180_000, 'debug'])
    assert.equal(read.rollbackOnFailure, 'commit')
  })

  test('keys may stand in a [gitproc] section', () => {
    assert.equal(loadConfig({ config: fileWith('[gitproc]\nstrict = yes\n') }, {}).isStrict, true)
  })

  test('sync_window may stand more than once in the file, and is one text elsewhere', () => {
    const text =
      '[gitproc]\nsync_window = allow 0 22 * * 1-5 6h Europe/Berlin\nsettle = 1s\nsync_window = deny @daily 1h\n'
    const written = ['allow 0 22 * * 1-5 6h Europe/Berlin', 'deny @daily 1h']
    const texts = (config: ReturnType<typeof loadConfig>): readonly string[] =>
      config.syncWindows.map((window) => window.text)
    assert.deepEqual(texts(loadConfig({ config: fileWith(text) }, {})), written)
    assert.deepEqual(texts(loadConfig({}, { GITPROC_SYNC_WINDOW: written.join('; ') })), written)
    assert.deepEqual(texts(loadConfig({ config: fileWith('sync_window = deny @daily 1h\n') }, {})), [
      'deny @daily 1h',
    ])
    assert.deepEqual(texts(loadConfig({}, {})), [])
    const error = failure(() => loadConfig({ config: fileWith('sync_window = sometimes\n') }, {}))
    assert.match(error.message, /sync_window: "sometimes": it begins with neither allow nor deny/)
  })

  test('prune_limit is a number, a percentage or infinity', () => {
    assert.deepEqual(loadConfig({}, {}).pruneLimit, { kind: 'percent', percent: 50 })
    assert.deepEqual(loadConfig({ prune_limit: '3' }, {}).pruneLimit, { kind: 'count', count: 3 })
    assert.deepEqual(loadConfig({ prune_limit: 'infinity' }, {}).pruneLimit, { kind: 'none' })
    assert.match(
      failure(() => loadConfig({ prune_limit: 'few' }, {})).message,
      /--prune-limit: wants a number/,
    )
  })

  test('an unknown key is an error with the nearest name', () => {
    const error = failure(() => loadConfig({ config: fileWith('setle = 1s\n') }, {}))
    assert.equal(error.code, 'config/invalid')
    assert.match(error.message, /unknown key "setle"/)
    assert.match(error.remedy ?? '', /"settle"/)
  })

  test('a bad value says where it came from and what was wanted', () => {
    assert.match(
      failure(() => loadConfig({ settle: 'soon' }, {})).message,
      /--settle: wants a time span.*"soon"/,
    )
    const env = { GITPROC_ROLLBACK_ON_FAILURE: 'maybe' }
    assert.match(
      failure(() => loadConfig({}, env)).message,
      /GITPROC_ROLLBACK_ON_FAILURE: wants one of commit, unit, no/,
    )
  })

  test('the watched folder never leaves the repository', () => {
    for (const path of ['../other', '/etc', 'a/../../b']) {
      assert.match(failure(() => loadConfig({ path }, {})).message, /inside the repository/)
    }
    assert.equal(loadConfig({ path: './units/' }, {}).folder, 'units')
  })

  test('a file that was asked for and is not there is an error', () => {
    assert.match(failure(() => loadConfig({ config: join(directory, 'nowhere') }, {})).message, /nowhere/)
  })
})
