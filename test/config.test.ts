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
