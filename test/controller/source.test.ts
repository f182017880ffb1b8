import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Revision } from '../../src/base/revision.ts'
import { ControllerHost } from '../support/controller-host.ts'
import { service } from '../support/trees.ts'

test('a pass that is just reading the new tip is not cut short for that tip', async () => {
  const host = new ControllerHost()
  host.repository.commit({ 'a.service': service() })
  await host.boot()
  await host.settled()
  const { repository } = host
  const head = repository.head.bind(repository)
  const reading = Promise.withResolvers<void>()
  const slowHead = async (): Promise<Revision> => {
    repository.head = head
    await reading.promise
    return head()
  }
  repository.head = slowHead
  const synced = host.controller.sync({ who: 'ada', wait: true })
  while (repository.head === slowHead) await new Promise((resolve) => setImmediate(resolve))
  repository.commit({ 'a.service': service('UMask=027') })
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  reading.resolve()
  await synced
  assert.deepEqual(host.outcomes().slice(0, 2), ['Healthy sync', 'Healthy boot'])
  assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
  await host.controller.close()
})
