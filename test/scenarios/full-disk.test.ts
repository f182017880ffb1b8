/** A disk that is full: what runs goes on, `status` says what is lost and what helps, and room mends it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'
import { untilSo } from '../support/until-so.ts'

/** Undefined, with a reason, where it cannot be mounted. */
const tinyFileSystem = (t: TestContext): string | undefined => {
  const path = mkdtempSync(join(tmpdir(), 'gitproc-tiny-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    rmSync(path, { recursive: true })
    t.skip('no file system can be mounted here')
    return undefined
  }
  return path
}

/** Takes all that is left; gives back how to free it. */
const fill = (directory: string): (() => void) => {
  const file = join(directory, 'ballast')
  writeFileSync(file, '')
  try {
    for (;;) appendFileSync(file, Buffer.alloc(4096))
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
  }
  return () => rmSync(file)
}

const talking = `[Service]
ExecStart=/bin/sh -c 'trap "echo heard" USR1; while :; do sleep 0.05; done'
`

for (const key of ['LOG_DIR', 'STATE_DIR'] as const) {
  test(`services outlive a full ${key.toLowerCase()}, status says so, and room mends it`, async (t) => {
    const tiny = tinyFileSystem(t)
    if (tiny === undefined) return
    const sandbox = new Sandbox({ settings: { [key]: tiny, PRIVATE_PIDS: 'no' } })
    t.after(async () => {
      await sandbox.end()
      execFileSync('umount', [tiny])
      rmSync(tiny, { recursive: true })
    })
    await sandbox.init({ 'web.service': talking })
    await sandbox.start()
    await sandbox.synced()
    const { mainPid } = await sandbox.unit('web.service')
    assert.deepEqual((await sandbox.status()).notices, [])

    const free = fill(tiny)
    const [notice] = (await sandbox.status()).notices
    assert.match(notice?.text ?? '', new RegExp(`no space left in ${key.toLowerCase()}, ${tiny}: `))
    assert.match(notice?.remedy ?? '', new RegExp(`df ${tiny}`))
    const { stdout } = await sandbox.gitproc('status')
    assert.match(stdout, /no space left in/)
    await sandbox.commit({ 'second.service': talking })
    await sandbox.gitproc('sync', '--wait')
    const full = await sandbox.unit('web.service')
    assert.equal(full.mainPid, mainPid)
    assert.equal(full.activeState, 'active')

    free()
    await sandbox.gitproc('sync', '--wait', '--retry')
    const { mainPid: second } = await sandbox.reaches('second.service', 'running')
    assert.deepEqual((await sandbox.status()).notices, [])
    assert.equal((await sandbox.unit('web.service')).mainPid, mainPid)
    process.kill(second as number, 'SIGUSR1')
    const log = join(sandbox.env['GITPROC_LOG_DIR'] as string, 'second.service', 'out')
    await untilSo(() => readFileSync(log, 'utf8') === 'heard\n')
  })
}
