import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { candidate, parseMount } from '../../src/executor/cgroup-root.ts'
import { signalName, signalNumber } from '../../src/executor/signal-names.ts'

describe('the cgroup root', () => {
  it('is found on hybrid and on pure hosts', () => {
    const v1 = '30 25 0:26 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory'
    assert.equal(
      parseMount(`${v1}\n31 25 0:27 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw\n`),
      '/sys/fs/cgroup/unified',
    )
    assert.equal(parseMount('31 25 0:27 / /with\\040space rw - cgroup2 none rw'), '/with space')
    assert.equal(parseMount(v1), undefined)
  })

  it('is our own directory as root, and the delegated one under systemd or as a user', () => {
    const mount = '/sys/fs/cgroup'
    assert.equal(candidate({ mount, own: '/', isRoot: true }, 'gitproc'), '/sys/fs/cgroup/gitproc')
    assert.equal(
      candidate({ mount, own: '/user.slice/session-1.scope', isRoot: true }, 'gitproc'),
      '/sys/fs/cgroup/gitproc',
    )
    const service = '/system.slice/gitproc.service'
    assert.equal(candidate({ mount, own: service, isRoot: true }, 'gitproc'), mount + service)
    const user = '/user.slice/user-1000.slice/user@1000.service/app.slice'
    assert.equal(candidate({ mount, own: user, isRoot: false }, 'gitproc'), mount + user)
  })
})

describe('a signal', () => {
  it('has one name for its number, and back', () => {
    for (let number = 1; number <= 64; number += 1) {
      const name = signalName(number)
      if (name !== undefined) assert.equal(signalNumber(name), number)
    }
    assert.equal(signalNumber('SIGRTMAX-1'), 63)
    assert.equal(signalNumber('SIGNOTHING'), undefined)
  })
})
