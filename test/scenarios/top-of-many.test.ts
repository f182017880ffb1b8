/** `gitproc top` over three hundred units: what is in view, what is chosen, and what is left alone. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'
import { hasTmux, Tmux } from '../support/tmux.ts'

const skip = hasTmux ? false : 'tmux is missing: apt install tmux'
const main = join(import.meta.dirname, '../..', process.env['GITPROC_ENTRY'] ?? 'src/cli/main.ts')
const sleepers = Array.from({ length: 297 }, (_, index) => `unit${String(index).padStart(3, '0')}`)

describe('gitproc top of 300 units', { skip }, () => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  let terminal: Tmux | undefined
  const start = (...args: readonly string[]): Tmux => {
    const { NO_COLOR: _, ...env } = sandbox.env
    const command = [process.execPath, main, 'top', '--delay', '500ms', ...args].join(' ')
    terminal = new Tmux(command, { directory: sandbox.prefix, columns: 100, rows: 24, env })
    return terminal
  }
  const pids = async (): Promise<ReadonlyMap<string, number | undefined>> =>
    new Map((await sandbox.status()).units.map(({ name, mainPid }) => [name, mainPid]))

  before(async () => {
    await sandbox.init({
      ...Object.fromEntries(
        sleepers.map((name) => [
          `${name}.service`,
          '[Service]\nExecStart=/bin/sleep 100000\nRestart=always\nRestartSec=0\n',
        ]),
      ),
      'busy.service': "[Service]\nExecStart=/bin/sh -c 'while :; do sleep 0.01; done'\n",
      // Nothing else here takes as much.
      'large.service': `[Service]\nExecStart=${process.execPath} -e 'setInterval(() => {}, 1e6)'\n`,
      'talker.service':
        "[Service]\nExecStart=/bin/sh -c 'i=0; while echo line $i; do i=$((i+1)); sleep 0.2; done'\n",
    })
    await sandbox.start()
    await sandbox.synced()
  })
  afterEach(() => {
    terminal?.end()
    terminal = undefined
  })
  after(() => sandbox.end())

  test('sorts by CPU, memory, name and restarts, and either way round', async () => {
    await sandbox.exec('kill', ['-9', String((await pids()).get('unit123.service'))])
    await sandbox.until(({ units }) =>
      units.some(({ name, restarts }) => name === 'unit123.service' && restarts > 0),
    )
    const top = start()
    await top.shows(/300 units {3}300 active {3}0 failed(.*\n)+.*CPU▼.*\n› ● {2}busy /)
    top.press('m')
    await top.shows(/MEM▼.*\n.*● {2}large /)
    top.press('t')
    await top.shows(/↺▼.*\n.*● {2}unit123 .* 1 /)
    top.press('n')
    await top.shows(/SERVICE▲.*\n.*● {2}busy .*\n.*large .*\n.*talker .*\n.*unit000 /)
    top.press('n')
    await top.shows(/SERVICE▼.*\n.*● {2}unit296 .*\n.*unit295 /)
    top.press('>')
    await top.shows(/↺▼/)
    top.press('<')
    await top.shows(/SERVICE▲/)
  })

  test('the selection goes by pages to the end, and stays with its unit in any order', async () => {
    const top = start('--sort', 'name')
    await top.shows(/› ● {2}busy /)
    top.press('G')
    await top.shows(/› ● {2}unit296 /)
    top.press('PPage')
    const shown = await top.shows(/› ● {2}unit(28\d|29[0-5]) /)
    const selected = /› ● {2}(unit\d+)/.exec(shown)![1]!
    top.press('n')
    await top.shows(new RegExp(`SERVICE▼(.*\\n)+› ● {2}${selected} `))
    top.press('Home')
    await top.shows(/› ● {2}unit296 /)
  })

  test('the filter leaves what has the letters, and the log is that of the selected one', async () => {
    const top = start('--sort', 'name')
    await top.shows(/› ● {2}busy /)
    top.press('/', 'l', 'k', 'e', 'r', 'Enter')
    await top.shows(/› ● {2}talker (.*\n)+── talker: log ─+\n(.*\n)*.*│ line \d+\n/)
    top.press('Enter')
    const alone = await top.shows(/HEALTH.*\n300 units.*\n── talker: log/)
    assert.doesNotMatch(alone, /SERVICE/)
    const last = Math.max(...[...alone.matchAll(/│ line (\d+)/g)].map(([, number]) => Number(number)))
    await top.shows(new RegExp(`│ line ${last + 2}\\n`))
  })

  test('restart and stop ask first, and touch nothing but the one that was selected', async () => {
    const before = await pids()
    const top = start('--filter', 'unit077')
    await top.shows(/› ● {2}unit077 /)
    top.press('r')
    await top.shows(/Restart unit077\? \[y\/N\]/)
    top.press('y')
    await top.shows(/unit077: restart requested/)
    await sandbox.until(({ units }) =>
      units.some(
        ({ name, mainPid }) =>
          name === 'unit077.service' && mainPid !== undefined && mainPid !== before.get(name),
      ),
    )
    top.press('s')
    await top.shows(/Stop unit077, and hold it stopped until somebody starts it\? \[y\/N\]/)
    top.press('Escape')
    await top.shows(/unit077: nothing done/)
    top.press('s', 'y')
    await top.shows(/› ○ {2}unit077 +held/)
    top.press('a', 'y')
    await top.shows(/› ● {2}unit077 +running/)
    const changed = [...(await pids())]
      .filter(([name, pid]) => pid !== before.get(name))
      .map(([name]) => name)
    assert.deepEqual(changed, ['unit077.service'])
  })

  test('every line fits a terminal that is made narrow, low, and wide again', async () => {
    const top = start('--sort', 'name')
    await top.shows(/› ● {2}busy /)
    top.press('G')
    await top.shows(/› ● {2}unit296 /)
    for (const [columns, rows] of [
      [40, 12],
      [20, 6],
      [200, 50],
    ] as const) {
      top.resize(columns, rows)
      // The selected one is in view, and the line of keys is the last.
      const shown = await top.shows(/^(.*\n)*› ● {2}unit296(.*\n)*↑↓ row.*\n?$/)
      assert.equal(shown.trimEnd().split('\n').length, rows)
    }
    assert.match(top.screen(), /USER/)
  })

  test('the daemon may die and come back: the same units, the same pids, the same selection', async () => {
    const before = await pids()
    const top = start('--sort', 'name')
    await top.shows(/› ● {2}busy /)
    top.press('G')
    await top.shows(/› ● {2}unit296 /)
    await sandbox.kill()
    await top.shows(/! no answer for \d+s: the daemon is not running(.*\n)+› ● {2}unit296 /)
    top.press('r', 'y')
    await top.shows(/the daemon is not running.*\n?$/)
    await sandbox.start()
    await top.shows(/^services.*\n300 units {3}300 active.*\n +SERVICE(.*\n)+› ● {2}unit296 /)
    assert.match(top.screen(), /q quit\s*$/)
    assert.deepEqual(await pids(), before)
  })
})
