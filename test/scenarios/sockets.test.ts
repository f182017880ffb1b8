/** Sockets that gitproc listens on: held over restarts of their service, of the daemon, and of both. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { UnitView } from '../../src/api/contract.ts'
import { Sandbox } from '../support/sandbox.ts'

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

/** An HTTP server like any other: it serves the socket that it is given, and ends orderly. */
const server = `
const { createServer } = require('node:http')
const server = createServer((request, response) => {
  response.setHeader('connection', 'close')
  response.end([process.pid, process.env.LISTEN_PID, process.env.LISTEN_FDS, process.env.LISTEN_FDNAMES].join(' '))
})
server.listen({ fd: 3 })
process.on('SIGTERM', () => server.close(() => process.exit(0)))
`

const answerOf = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const outgoing = get({ host: '127.0.0.1', port, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () => resolve(text))
    })
    outgoing.on('error', reject)
  })

describe('a socket', () => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  let port = 0
  const unit = async (name: string): Promise<UnitView> =>
    (await sandbox.status()).units.find((each) => each.name === name)!

  before(async () => {
    port = await freePort()
    const program = join(sandbox.prefix, 'server.cjs')
    writeFileSync(program, server)
    await sandbox.init({
      'web.socket': `[Socket]\nListenStream=127.0.0.1:${port}\nFileDescriptorName=http\n`,
      'web.service': `[Service]\nExecStart=${process.execPath} ${program}\n`,
    })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  test('is listened on before its service runs, and starts it when somebody comes', async () => {
    assert.equal((await unit('web.socket')).subState, 'listening')
    assert.equal((await unit('web.service')).activeState, 'inactive')
    const [pid, listenPid, count, names] = (await answerOf(port)).split(' ')
    const web = await unit('web.service')
    assert.equal(pid, String(web.mainPid))
    assert.equal(listenPid, pid)
    assert.deepEqual([count, names], ['1', 'http'])
    assert.equal((await unit('web.socket')).subState, 'running')
    assert.equal(web.restarts, 0)
  })

  test('answers all of 10,000 requests over 20 restarts of its service, the daemon killed in between', async () => {
    const failures: string[] = []
    const pids = new Set<string>()
    let asked = 0
    let restarts = 0
    const ask = async (): Promise<void> => {
      try {
        pids.add((await answerOf(port)).split(' ')[0]!)
      } catch (error) {
        failures.push((error as Error).message)
      }
    }
    const load = (async () => {
      const requests: Promise<void>[] = []
      const began = performance.now()
      // The load outlasts the restarts, however long these take.
      while (asked < 10_000 || restarts < 20) {
        asked += 1
        requests.push(ask())
        await delay(Math.max(0, began + asked * 2 - performance.now())) // 500 a second
      }
      await Promise.all(requests)
    })()
    for (; restarts < 20; restarts += 1) {
      const { status, stderr } = await sandbox.gitproc('restart', 'web')
      assert.equal(status, 0, stderr)
      await ask() // each of them is to answer somebody before it is replaced
      if (restarts % 10 === 5) {
        await sandbox.kill()
        await sandbox.start()
      }
    }
    await load
    assert.deepEqual(failures, [])
    assert.ok(pids.size >= 20, `${pids.size} processes answered`)
  })

  test('is held while the daemon and its service are dead, and serves who came meanwhile', async () => {
    await sandbox.kill()
    process.kill(Number((await answerOf(port)).split(' ')[0]), 'SIGKILL')
    const waiting = answerOf(port)
    await sandbox.start()
    const [pid] = (await waiting).split(' ')
    assert.equal(pid, String((await unit('web.service')).mainPid))
  })

  test('stays open over a restart of the socket unit that changes nothing', async () => {
    const before = (await answerOf(port)).split(' ')[0]
    await sandbox.gitproc('restart', 'web.socket')
    assert.equal((await answerOf(port)).split(' ')[0], before)
  })

  test('of a new address is bound anew, and its service gets it', async () => {
    port = await freePort()
    await sandbox.deploy({
      'web.socket': `[Socket]\nListenStream=127.0.0.1:${port}\nFileDescriptorName=new\n`,
    })
    assert.equal((await answerOf(port)).split(' ')[3], 'new')
  })

  test('that is taken by somebody else takes the commit back', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port: busy } = taken.address() as { port: number }
    const status = await sandbox.deploy({ 'web.socket': `[Socket]\nListenStream=127.0.0.1:${busy}\n` })
    taken.close()
    assert.equal(status.syncReason, 'RolledBack')
    assert.match(JSON.stringify(status), new RegExp(`ListenStream=127.0.0.1:${busy}: bind: EADDRINUSE`))
    assert.match(await answerOf(port), /^\d+/)
    await sandbox.git('revert', '--no-edit', 'HEAD')
    await sandbox.synced()
  })

  test('unix, abstract, datagram and FIFO are made with their mode and owner, and handed over in order', async () => {
    const directory = join(sandbox.prefix, 'sockets')
    const seen = join(sandbox.prefix, 'seen')
    await sandbox.deploy({
      'many.socket': `[Socket]\nListenStream=${directory}/stream\nListenDatagram=${directory}/datagram\nListenSequentialPacket=@${directory}\nListenFIFO=${directory}/fifo\nSocketMode=0640\nSocketUser=daemon\nRemoveOnStop=yes\n`,
      'many.service': `[Service]\nType=oneshot\nExecStart=/bin/sh -c 'ls -l /proc/$$$$/fd >${seen}; echo $$LISTEN_FDS $$LISTEN_FDNAMES $$(( $$LISTEN_PID - $$$$ )) >>${seen}; read -r line <&6; echo got $$line >>${seen}'\n`,
    })
    assert.equal(statSync(join(directory, 'stream')).mode & 0o777, 0o640)
    assert.equal(statSync(join(directory, 'fifo')).uid, statSync('/').uid + 1)
    execFileSync('sh', ['-c', `echo hello >"${directory}/fifo"`])
    await sandbox.until(({ units }) =>
      units.some(({ name, lastExit }) => name === 'many.service' && lastExit !== undefined),
    )
    const text = readFileSync(seen, 'utf8')
    assert.match(text, /3 -> socket:.*\n.*4 -> socket:.*\n.*5 -> socket:.*\n.*6 -> .*fifo/)
    assert.match(text, /^4 many.socket:many.socket:many.socket:many.socket 0\ngot hello$/m)
    await sandbox.deploy({ 'many.socket': '', 'many.service': '' })
    assert.throws(() => statSync(join(directory, 'stream')), /ENOENT/)
  })

  test('with one path has links to it, which go when it does', async () => {
    const path = join(sandbox.prefix, 'linked')
    await sandbox.deploy({
      'linked.socket': `[Socket]\nListenStream=${path}\nSymlinks=${path}-too\nRemoveOnStop=yes\n`,
      'linked.service': '[Service]\nExecStart=/bin/sleep 1000\n',
    })
    assert.equal(readlinkSync(`${path}-too`), path)
    await sandbox.deploy({ 'linked.socket': '', 'linked.service': '' })
    assert.throws(() => readlinkSync(`${path}-too`), /ENOENT/)
  })

  test('whose service never takes what waits gives up, and says so', async () => {
    const path = join(sandbox.prefix, 'idle')
    await sandbox.deploy({
      'idle.socket': `[Socket]\nListenFIFO=${path}\nTriggerLimitBurst=3\n`,
      'idle.service': '[Unit]\nStartLimitBurst=0\n[Service]\nType=oneshot\nExecStart=/bin/true\n',
    })
    execFileSync('sh', ['-c', `echo hello >"${path}"`])
    const socket = await sandbox.reaches('idle.socket', 'failed')
    assert.equal(socket.result, 'trigger-limit-hit')
    assert.match(socket.reason, /3 starts in 2 s, and still somebody waits: gave up/)
  })
})

describe('a socket of an ordinary user', {
  skip: process.getuid?.() === 0 ? false : 'needs root to become one',
}, () => {
  const sandbox = new Sandbox({ uid: 65_534, gid: 65_534, settings: { PRIVATE_PIDS: 'no' } })
  after(() => sandbox.end())

  test('is held while the daemon is dead, and taken over by the next one', async () => {
    const path = join(sandbox.prefix, 'shop.sock')
    const seen = join(sandbox.prefix, 'seen')
    await sandbox.init({
      'shop.socket': `[Socket]\nListenStream=${path}\n`,
      'shop.service': `[Service]\nExecStart=/bin/sh -c 'echo $$LISTEN_FDS >${seen}; exec sleep 1000'\n`,
    })
    await sandbox.start()
    await sandbox.synced()
    await sandbox.kill()
    const client = connect(path)
    await once(client, 'connect')
    await sandbox.start()
    await sandbox.reaches('shop.service', 'running')
    await sandbox.until(() => existsSync(seen))
    assert.equal(readFileSync(seen, 'utf8'), '1\n')
    client.destroy()
  })
})
