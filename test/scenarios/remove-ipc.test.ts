/** RemoveIPC=: what a service left for others to share goes with its user's last process, and nothing else does. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { InsideView } from '../support/look-inside.ts'
import { untilSo } from '../support/until-so.ts'

const isRoot = process.getuid?.() === 0
const uid = 54_321
const folder = `gitproc-ipc-${process.pid}`
const leave = `umask 077; ipcmk -M 4096; ipcmk -S 1; ipcmk -Q; mkdir -p /dev/shm/${folder}/deep; echo x > /dev/shm/${folder}/deep/x; echo y > /dev/shm/${folder}-file; id -u`

/** How many objects of System V a user has. */
const objectsOf = (user: number): number =>
  ['shm', 'sem', 'msg'].reduce((sum, kind) => {
    const [head = [], ...lines] = readFileSync(`/proc/sysvipc/${kind}`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
    return sum + lines.filter((line) => line[head.indexOf('uid')] === String(user)).length
  }, 0)
const files = (): readonly boolean[] =>
  [`/dev/shm/${folder}`, `/dev/shm/${folder}-file`].map((path) => existsSync(path))

describe('what is shared by processes', { skip: isRoot ? false : 'needs root' }, () => {
  let view: InsideView
  before(async () => {
    view = await InsideView.open()
  })
  after(async () => {
    await view.close()
    clean()
  })
  const clean = (): void => {
    const words = ['shm', 'sem', 'msg'].flatMap((kind, index) => {
      const [head = [], ...lines] = readFileSync(`/proc/sysvipc/${kind}`, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
      const own = lines.filter((line) => line[head.indexOf('uid')] === String(uid))
      return own.flatMap((line) => [['-m', '-s', '-q'][index]!, line[1]!])
    })
    if (words.length > 0) spawnSync('ipcrm', words)
    for (const path of [`/dev/shm/${folder}`, `/dev/shm/${folder}-file`])
      rmSync(path, { recursive: true, force: true })
  }
  /** The folders of a run and what it shared go right after it, and not before it is told. */
  const isGone = (user: number): Promise<void> =>
    untilSo(() => objectsOf(user) === 0 && !files().includes(true))

  it('goes with the service that says RemoveIPC=yes, and with a dynamic user', async () => {
    const { text } = await view.look(`User=${uid}\nRemoveIPC=yes`, leave)
    assert.match(text, /(id: \d+\n.*){3}54321/s)
    await isGone(uid)
    const dynamic = await view.look('DynamicUser=yes', leave)
    const user = Number(dynamic.text.trim().split('\n').at(-1))
    assert.ok(user >= 61_184, dynamic.text)
    await isGone(user)
  })

  it('stays where nothing is said of it', async () => {
    await view.look(`User=${uid}`, leave)
    await view.look(`User=${uid}`, 'true')
    assert.equal(objectsOf(uid), 3)
    assert.deepEqual(files(), [true, true])
  })

  it('stays as long as a process of the same user is left, and goes with the next one’s end', async () => {
    const other = spawn('sleep', ['1000'], { uid, gid: uid, stdio: 'ignore' })
    await new Promise((resolve) => other.once('spawn', resolve))
    await view.look(`User=${uid}\nRemoveIPC=yes`, 'true', 'beside.service')
    // Released before the next one is prepared.
    await view.look(`User=${uid}\nRemoveIPC=yes`, 'true', 'beside.service')
    assert.equal(objectsOf(uid), 3)
    other.kill()
    await new Promise((resolve) => other.once('exit', resolve))
    await view.look(`User=${uid}\nRemoveIPC=yes`, 'true')
    await isGone(uid)
  })

  it('is never root’s', async () => {
    const before = objectsOf(0)
    const made = spawnSync('ipcmk', ['-Q'], { encoding: 'utf8' }).stdout
    await view.look('User=root\nRemoveIPC=yes', 'true', 'root.service')
    await view.look('User=root\nRemoveIPC=yes', 'true', 'root.service')
    assert.equal(objectsOf(0), before + 1)
    spawnSync('ipcrm', ['-q', /\d+/.exec(made)![0]])
  })
})
