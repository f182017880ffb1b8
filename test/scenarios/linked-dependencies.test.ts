import assert from 'node:assert/strict'
import { mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

const sleeper = (seconds: number, more = ''): string => `[Service]\nExecStart=/bin/sleep ${seconds}\n${more}`

describe('a dependency that is a link in a directory', () => {
  const sandbox = new Sandbox()
  const link = (path: string, target: string): void => {
    mkdirSync(join(sandbox.repo, path, '..'), { recursive: true })
    symlinkSync(target, join(sandbox.repo, path))
  }
  const needs = async (): Promise<readonly string[]> => (await sandbox.unit('a.service')).needs

  before(async () => {
    await sandbox.init()
    link('a.service.wants/b.service', '../b.service')
    link('a.service.requires/c.service', '../c.service')
    link('a.service.d/1.conf', '../common.conf')
    await sandbox.commit({
      'a.service': sleeper(1000),
      'b.service': sleeper(1000),
      'c.service': sleeper(1000),
      'common.conf': '[Service]\nNice=3\n',
      'vars.env': 'A=1\n',
      'd.service': sleeper(1000, `EnvironmentFile=${join(sandbox.repo, 'vars.env')}\n`),
    })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  test('is still there when a daemon starts again that cannot read the branch', async () => {
    assert.deepEqual(await needs(), ['c.service', 'b.service'])
    const branch = join(sandbox.repo, '.git', 'refs', 'heads', 'main')
    const away = join(sandbox.prefix, 'main')
    await sandbox.kill('SIGTERM')
    renameSync(branch, away)
    await sandbox.start()
    assert.deepEqual(await needs(), ['c.service', 'b.service'])
    renameSync(away, branch)
    await sandbox.synced()
  })

  test('and after a commit that was taken back, which restarts nothing that it did not touch', async () => {
    const pids = async () => {
      const { units } = await sandbox.status()
      return units.filter(({ name }) => name !== 'b.service').map(({ name, mainPid }) => [name, mainPid])
    }
    const earlier = await pids()
    const status = await sandbox.deploy({ 'b.service': '[Service]\nType=oneshot\nExecStart=/bin/false\n' })
    assert.equal(status.syncReason, 'RolledBack')
    assert.deepEqual(await needs(), ['c.service', 'b.service'])
    assert.deepEqual(await pids(), earlier)
  })
})
