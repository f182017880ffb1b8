/** `gitproc top` as a person has it: a real daemon, a real terminal, keys pressed and the screen read. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'
import { hasTmux, Tmux } from '../support/tmux.ts'
import { untilSo } from '../support/until-so.ts'

const skip = hasTmux ? false : 'tmux is missing: apt install tmux'
const projectRoot = join(import.meta.dirname, '..', '..')
const main = join(projectRoot, process.env['GITPROC_ENTRY'] ?? join('src', 'cli', 'main.ts'))

describe('gitproc top', { skip }, () => {
  const sandbox = new Sandbox()
  let terminal: Tmux | undefined

  /** Before and after it, the terminal's settings are written down. */
  const start = (args = '', env: NodeJS.ProcessEnv = {}): Tmux => {
    const file = join(sandbox.prefix, 'top.sh')
    writeFileSync(
      file,
      `cd ${sandbox.prefix}; stty -a >before; "$NODE" "$MAIN" top ${args}; echo "left $?"; stty -a >after; echo over; cat\n`,
    )
    const { NO_COLOR: _, ...plain } = sandbox.env
    terminal = new Tmux(`sh ${file}`, {
      directory: sandbox.prefix,
      columns: 80,
      rows: 24,
      env: { ...plain, NODE: process.execPath, MAIN: main, ...env },
    })
    return terminal
  }

  const isGivenBack = async (top: Tmux, status: number): Promise<void> => {
    await top.shows(new RegExp(`left ${status}\\n(.*\\n)*over`))
    assert.equal(top.ask('alternate_on'), '0')
    assert.equal(top.ask('cursor_flag'), '1')
    const settings = (name: string): string => readFileSync(join(sandbox.prefix, name), 'utf8')
    assert.equal(settings('after'), settings('before'))
  }

  const topPid = (): number => {
    const children = readFileSync(
      `/proc/${terminal!.ask('pane_pid')}/task/${terminal!.ask('pane_pid')}/children`,
      'utf8',
    )
    return Number(children.trim().split(' ')[0])
  }

  before(async () => {
    await sandbox.init({
      'busy.service': "[Service]\nExecStart=/bin/sh -c 'while :; do sleep 0.01; done'\nMemoryMax=100M\n",
      'talker.service': "[Service]\nExecStart=/bin/sh -c 'while echo still here; do sleep 0.2; done'\n",
      'quiet.service': '[Service]\nExecStart=/bin/sleep 1000\n',
    })
    await sandbox.start()
    await sandbox.synced()
  })
  afterEach(() => {
    terminal?.end()
    terminal = undefined
  })
  after(() => sandbox.end())

  test('shows the units with the busiest first, and what it uses', async () => {
    const top = start()
    const shown = await top.shows(/› ● {2}busy +running .* \d+\.\d% .*M\/100M/)
    assert.match(shown, /SYNCED {3}HEALTH healthy/)
    assert.match(shown, /3 units {3}3 active {3}0 failed/)
    assert.match(shown, /CPU▼/)
    assert.match(shown, /q quit$/m)
    assert.equal(top.ask('alternate_on'), '1')
  })

  test("sorts, selects, and shows the selected unit's log as it grows", async () => {
    const top = start('--sort name')
    await top.shows(/› ● {2}busy/)
    top.press('G')
    await top.shows(/› ● {2}talker(.*\n)*── talker: log (.*\n)*\d\d:\d\d:\d\d │ still here/)
    top.press('n')
    await top.shows(/SERVICE▼(.*\n).*talker(.*\n).*quiet(.*\n).*busy/)
  })

  test('filters by a part of the name', async () => {
    const top = start()
    await top.shows(/q quit/)
    top.press('/', 'u', 'i')
    const shown = await top.shows(/filter: ui_/)
    assert.match(shown, /quiet/)
    assert.doesNotMatch(shown, /busy/)
    top.press('Escape')
    await top.shows(/busy/)
  })

  test('restarts the selected unit after a yes, and not after a no', async () => {
    const pid = async (): Promise<number | undefined> => (await sandbox.unit('quiet.service')).mainPid
    const before = await pid()
    const top = start('--filter quiet')
    await top.shows(/› ● {2}quiet/)
    top.press('r')
    await top.shows(/Restart quiet\? \[y\/N\]/)
    top.press('n')
    await top.shows(/quiet: nothing done/)
    assert.equal(await pid(), before)
    top.press('r', 'y')
    await top.shows(/quiet: restart requested/)
    await sandbox.until(({ units }) =>
      units.some(
        ({ name, mainPid }) => name === 'quiet.service' && mainPid !== undefined && mainPid !== before,
      ),
    )
  })

  test('stops and holds, and starts again', async () => {
    const top = start('--filter quiet')
    await top.shows(/› ● {2}quiet/)
    top.press('s')
    await top.shows(/Stop quiet, and hold it stopped until somebody starts it\? \[y\/N\]/)
    top.press('y')
    await top.shows(/› ○ {2}quiet +held/)
    top.press('a', 'y')
    await top.shows(/› ● {2}quiet +running/)
  })

  test('fills another size of the terminal', async () => {
    const top = start()
    await top.shows(/q quit/)
    top.resize(120, 30)
    const wide = await top.shows(/── busy: log ─{90,}/)
    assert.match(wide, /USER/)
    top.resize(40, 10)
    const narrow = await top.shows(/^(.*\n){9}↑↓ row.*…$/m)
    assert.match(narrow, /› ● {2}busy/)
  })

  test('has colours, and none with NO_COLOR', async () => {
    const coloured = start()
    await coloured.shows(/q quit/)
    assert.ok(coloured.screen(true).includes('\x1b[32m'))
    coloured.end()
    const plain = start('', { NO_COLOR: '1' })
    await plain.shows(/q quit/)
    assert.ok(!plain.screen(true).includes('\x1b['))
  })

  test('gives the terminal back when it is quit', async () => {
    const top = start()
    await top.shows(/q quit/)
    top.press('q')
    await isGivenBack(top, 0)
  })

  test('gives the terminal back at Ctrl-C, in whatever it is asked', async () => {
    const top = start()
    await top.shows(/q quit/)
    top.press('/', 'x', 'C-c')
    await isGivenBack(top, 0)
  })

  for (const [signal, status] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGHUP', 129],
  ] as const)
    test(`gives the terminal back at ${signal}`, async () => {
      const top = start()
      await top.shows(/q quit/)
      process.kill(topPid(), signal)
      await isGivenBack(top, status)
    })

  for (const [way, status] of [
    ['exit', 3],
    ['throw', 1],
  ] as const)
    test(`gives the terminal back when it ends by ${way}`, async () => {
      const fixture = join(projectRoot, 'test', 'cli', 'top', 'fixtures', 'failing-screen.ts')
      const top = start(way, { MAIN: fixture })
      await top.shows(/borrowed/)
      top.press('x')
      await isGivenBack(top, status)
    })

  test('ends when its terminal goes', async () => {
    const top = start()
    await top.shows(/q quit/)
    const pid = topPid()
    top.end()
    terminal = undefined
    await untilSo(() => !existsSync(`/proc/${pid}`))
  })

  test('goes on after Ctrl-Z and fg', async () => {
    const { NO_COLOR: _, ...plain } = sandbox.env
    terminal = new Tmux('bash --norc --noprofile -i', {
      directory: sandbox.prefix,
      columns: 80,
      rows: 24,
      env: plain,
    })
    await terminal.shows(/[$#]$/m)
    terminal.press(`${process.execPath} ${main} top`, 'Enter')
    await terminal.shows(/q quit/)
    terminal.press('C-z')
    await terminal.shows(/Stopped/)
    assert.equal(terminal.ask('alternate_on'), '0')
    terminal.press('fg', 'Enter')
    await terminal.shows(/q quit/)
    terminal.press('?')
    await terminal.shows(/any key goes back/)
    terminal.press('x', 'q')
    await terminal.shows(/[$#]$/m)
  })

  test('is one look where the output is no terminal', async () => {
    const { stdout, status } = await sandbox.gitproc('top', '--sort', 'name')
    assert.equal(status, 0)
    assert.match(stdout, /SERVICE▲.*\n● {2}busy .*%.*\n● {2}quiet .*\n● {2}talker .*\n$/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    assert.doesNotMatch(stdout, /\x1b/)
    const json = JSON.parse((await sandbox.gitproc('top', '-o', 'json', '--filter', 'busy')).stdout)
    assert.equal(json.length, 1)
    assert.ok(json[0].cpuCores > 0)
  })

  test('says so when the daemon goes, and goes on when it is back', async () => {
    const top = start('--delay 200ms')
    await top.shows(/q quit/)
    await sandbox.kill()
    await top.shows(/! no answer for \d+s: the daemon is not running/)
    await sandbox.start()
    await top.shows(/^services.*\n3 units.*\n +SERVICE/m)
  })
})

test('gitproc top without a daemon says how to start one', async () => {
  const sandbox = new Sandbox()
  const { stderr, status } = await sandbox.gitproc('top')
  assert.equal(status, 3)
  assert.match(stderr, /the daemon is not running/)
  await sandbox.end()
})
