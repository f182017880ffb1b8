import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { execChain, folderOf, linkInForce } from '../../src/executor/exec-chain.ts'
import { limitArguments } from '../../src/executor/resource-limits.ts'
import { launchSpec, type Overrides } from './harness.ts'

const names = ['sh', 'setsid', 'setpriv', 'unshare', 'prlimit', 'nice', 'bash', 'mkfifo']
const tools = Object.fromEntries(names.map((name) => [name, `/bin/${name}`])) as never
const links = (overrides: Overrides, uid = 0): readonly (readonly string[])[] =>
  execChain(launchSpec('a.service', '', overrides), { tools, uid, nice: 0 }).links

describe('the way from the shim to the service', () => {
  it('is one link for a plain service', () => {
    assert.deepEqual(links({}), [['/bin/setsid']])
  })

  it('has a link for a user, a priority and a limit that the shell lacks, only where asked for', () => {
    const overrides = {
      identity: { uid: 33, gid: 33, userName: 'www-data' },
      limits: { nice: 5, rlimits: { RTPRIO: { soft: 1, hard: 2 }, NOFILE: { soft: 8, hard: 8 } } },
    }
    assert.deepEqual(links(overrides), [
      ['/bin/nice', '-n', '5'],
      ['/bin/prlimit', '--rtprio=1:2'],
      ['/bin/setpriv', '--reuid=33', '--regid=33', '--init-groups', '--'],
      ['/bin/setsid'],
    ])
  })

  it('never takes groups along to another user', () => {
    assert.deepEqual(links({ identity: { uid: 33, gid: 33 } })[0], [
      '/bin/setpriv',
      '--reuid=33',
      '--regid=33',
      '--clear-groups',
      '--',
    ])
    assert.deepEqual(links({ identity: { uid: 1000, gid: 1000 } }, 1000), [['/bin/setsid']])
  })

  it('sets loader variables last, and only needs to where the user changes', () => {
    const command = { environment: { LD_PRELOAD: '/x.so' } }
    assert.equal(links({ command }).length, 1)
    assert.equal(links({ command, identity: { uid: 33, gid: 33 } }).at(-1)?.[0], '/bin/sh')
  })

  it('enters the folder as the user, but where that is root or the folder is everybody’s', () => {
    const identity = { uid: 33, gid: 33 }
    const command = { workingDirectory: '/srv' }
    const link = links({ command, identity }).at(-1) ?? []
    assert.deepEqual([link[0], folderOf(link)], ['/bin/sh', '/srv'])
    const optional = links({ command: { ...command, workingDirectoryOptional: true }, identity }).at(-1) ?? []
    assert.equal(folderOf(optional), undefined)
    assert.equal(links({ command }).length, 1)
    assert.equal(links({ identity }).at(-1)?.[0], '/bin/setsid')
    const renamed = links({ command: { ...command, argv: ['web'] }, identity })
    assert.deepEqual(
      renamed.map(([file]) => file),
      ['/bin/setpriv', '/bin/setsid', '/bin/sh', '/bin/bash'],
    )
  })

  it('calls the program by another name in perl, and in bash where there is none', () => {
    const command = { path: '/bin/app', argv: ['web', 'x'] }
    const byBash = links({ command }).at(-1) ?? []
    assert.deepEqual([byBash[0], byBash.at(-1)], ['/bin/bash', 'web'])
    const spec = launchSpec('a.service', '', { command })
    const context = { tools: { ...(tools as object), perl: '/bin/perl' } as never, uid: 0, nice: 0 }
    const chain = execChain(spec, context)
    assert.deepEqual([chain.links.at(-1)?.[0], chain.links.at(-1)?.at(-1)], ['/bin/perl', 'web'])
    assert.equal(chain.environmentIsLate, true)
  })

  it('is told from the service itself by the whole command line', () => {
    const { command } = launchSpec('a.service', 'x')
    const chain = links({ identity: { uid: 33, gid: 33 } })
    const after = [command.path, ...command.argv.slice(1)]
    assert.equal(linkInForce([...chain.flat(), ...after], chain, command), 0)
    assert.equal(linkInForce([...(chain[1] ?? []), ...after], chain, command), 1)
    assert.equal(linkInForce(after, chain, command), undefined)
  })
})

describe('a resource limit', () => {
  it('costs nothing where the shell can set it, and is lowered after it was raised', () => {
    assert.deepEqual(
      limitArguments({ NOFILE: { soft: 10, hard: 20 }, CORE: { soft: Infinity, hard: Infinity } }),
      {
        ulimit: ['-n', '20', '-Sn', '10', '-c', 'unlimited'],
        prlimit: [],
      },
    )
  })

  it('is set by prlimit to the byte where the shell counts in blocks', () => {
    assert.deepEqual(limitArguments({ CORE: { soft: 100, hard: 512 } }), {
      ulimit: [],
      prlimit: ['--core=100:512'],
    })
  })
})
