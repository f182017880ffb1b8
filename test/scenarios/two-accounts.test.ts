/** Two daemons of two accounts that passwd does not know, as in a container that gives each run a number of its own. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

const isRoot = process.getuid?.() === 0

describe('two accounts without an entry in passwd', {
  skip: isRoot ? false : 'needs root, to become them',
}, () => {
  const sandboxes = [41_001, 41_002].map((id) => new Sandbox({ uid: id, gid: id }))
  before(async () => {
    for (const sandbox of sandboxes) {
      await sandbox.init({
        'same.service': "[Service]\nExecStart=/bin/sh -c 'id -u; echo %u; exec sleep 1000'\n",
      })
      await sandbox.start()
    }
    for (const sandbox of sandboxes) await sandbox.synced()
  })
  after(async () => {
    for (const sandbox of sandboxes) await sandbox.end()
  })

  it('each run a service of the same name as themselves', () => {
    const said = sandboxes.map((sandbox) => sandbox.readLog('same.service'))
    assert.deepEqual(said, ['41001\n41001\n', '41002\n41002\n'])
  })

  it('do not touch each other', async () => {
    const [one, other] = sandboxes
    const { mainPid } = await other!.unit('same.service')
    await one!.deploy({ 'same.service': '[Service]\nExecStart=/bin/sleep 2000\n' })
    assert.notEqual((await one!.unit('same.service')).mainPid, undefined)
    assert.equal((await other!.unit('same.service')).mainPid, mainPid)
  })
})
