/** Path units of a real daemon, on a real file system. */
import assert from 'node:assert/strict'
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

describe('a path unit', () => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  const at = (name: string): string => join(sandbox.prefix, name)
  const runs = (name: string): number =>
    existsSync(at(`${name}.runs`)) ? readFileSync(at(`${name}.runs`), 'utf8').length : 0
  const job = (name: string, script = 'true'): string =>
    `[Service]\nType=oneshot\nExecStart=/bin/sh -c '${script}; printf x >>${at(`${name}.runs`)}'\n`
  /** So many runs, all of them over. */
  const ran = (name: string, count: number) =>
    sandbox.until(
      ({ units }) =>
        runs(name) === count &&
        units.some((unit) => unit.name === `${name}.path` && unit.subState === 'waiting'),
    )

  before(async () => {
    await sandbox.init()
    await sandbox.start()
  })
  after(() => sandbox.end())

  test('starts its unit when the file appears, also where its folder is made only then', async () => {
    await sandbox.deploy({
      'found.path': `[Path]\nPathExists=${at('deep/folder/file')}\n`,
      'found.service': job('found', `rm ${at('deep/folder/file')}`),
    })
    mkdirSync(at('deep/folder'), { recursive: true })
    writeFileSync(at('deep/folder/file'), '')
    await ran('found', 1)
    rmSync(at('deep'), { recursive: true })
    mkdirSync(at('deep/folder'), { recursive: true })
    writeFileSync(at('deep/folder/file'), '')
    await ran('found', 2)
  })

  test('by PathChanged= waits until a file that is written is closed', async () => {
    writeFileSync(at('config'), 'one')
    await sandbox.deploy({
      'changed.path': `[Path]\nPathChanged=${at('config')}\n`,
      'changed.service': job('changed'),
    })
    const file = openSync(at('config'), 'a')
    writeSync(file, 'two')
    // Another unit's event tells that the write has been seen and ignored.
    writeFileSync(at('deep/folder/file'), '')
    await ran('found', 3)
    assert.equal(runs('changed'), 0)
    closeSync(file)
    await ran('changed', 1)
  })

  test('by PathChanged= sees a file that is replaced by another', async () => {
    writeFileSync(at('config.new'), 'three')
    renameSync(at('config.new'), at('config'))
    await ran('changed', 2)
    appendFileSync(at('config'), 'four')
    await ran('changed', 3)
  })

  test('by PathChanged= sees what changed while the daemon was dead', async () => {
    await sandbox.kill()
    appendFileSync(at('config'), 'five')
    await sandbox.start()
    await ran('changed', 4)
  })

  test('by PathModified= sees each write', async () => {
    writeFileSync(at('log'), '')
    await sandbox.deploy({
      'modified.path': `[Path]\nPathModified=${at('log')}\n`,
      'modified.service': job('modified'),
    })
    const file = openSync(at('log'), 'a')
    writeSync(file, 'x')
    await ran('modified', 1)
    rmSync(at('log'))
    closeSync(file)
  })

  test('by DirectoryNotEmpty= works until the directory is empty, and makes it where asked to', async () => {
    await sandbox.deploy({
      'spool.path': `[Path]\nDirectoryNotEmpty=${at('spool')}\nMakeDirectory=yes\n`,
      'spool.service': job('spool', `set -- ${at('spool')}/*; rm "$$1"`),
    })
    assert.ok(existsSync(at('spool')))
    writeFileSync(at('spool/one'), '')
    await ran('spool', 1)
    writeFileSync(at('spool/two'), '')
    writeFileSync(at('spool/three'), '')
    await ran('spool', 3)
  })

  test('by PathExistsGlob= sees what matches and nothing else', async () => {
    await sandbox.deploy({
      'glob.path': `[Path]\nPathExistsGlob=${at('spool2')}/*.job\n`,
      'glob.service': job('glob', `rm ${at('spool2')}/*.job`),
    })
    mkdirSync(at('spool2'))
    writeFileSync(at('spool2/a.txt'), '')
    writeFileSync(at('spool2/a.job'), '')
    await ran('glob', 1)
    assert.ok(existsSync(at('spool2/a.txt')))
  })
})
