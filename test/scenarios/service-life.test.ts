/** The ways in which services live and die, with real processes: notifications, main pids, watchdogs, limits, hooks. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { byRoot, type HostSupervisor, superviseIn } from '../support/host-supervisor.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'
import { untilSo } from '../support/until-so.ts'
import { untilWritten } from '../support/until-written.ts'

/** `say("READY=1")` in programs below. */
const prelude = `import os, signal, socket, subprocess, sys, time
def say(*lines):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.connect(os.environ["NOTIFY_SOCKET"])
        there.send("\\n".join(lines).encode())
def wait():
    while True: time.sleep(100)
`

interface Stage extends Pick<HostSupervisor, 'supervisor' | 'define' | 'until' | 'untilStatus' | 'output'> {
  readonly directory: string
  /** Writes a program and gives the command line that runs it. */
  python(text: string): string
}

const stage = async (context: TestContext): Promise<Stage> => {
  const directory = temporaryDirectory(context)
  const host = await superviseIn(directory)
  context.after(() => host.end())
  return {
    ...host,
    directory,
    python: (text) => {
      writeFileSync(join(directory, 'program.py'), prelude + text)
      return `/usr/bin/python3 ${join(directory, 'program.py')}`
    },
  }
}

const unit = (lines: string): Readonly<Record<string, string>> => ({ 'a.service': `[Service]\n${lines}\n` })
const start = ({ supervisor }: Stage) => supervisor.start('a.service', byRoot)
const status = ({ supervisor }: Stage) => supervisor.status('a.service')!

test('ExecCondition= that says no skips the service, one that breaks fails it', async (context) => {
  const host = await stage(context)
  host.define(unit("ExecCondition=/bin/sh -c 'exit 3'\nExecStart=/bin/sleep 1000"))
  assert.deepEqual(await start(host), { kind: 'done' })
  assert.deepEqual([status(host).activeState, status(host).result], ['inactive', 'exec-condition'])
  host.define(unit("ExecCondition=/bin/sh -c 'exit 255'\nExecStart=/bin/sleep 1000"))
  assert.equal((await start(host)).kind, 'failed')
  assert.equal(status(host).result, 'exit-code')
})

test('ExitType=cgroup: the service lives as long as a process of it does', async (context) => {
  const host = await stage(context)
  host.define(unit("ExitType=cgroup\nExecStart=/bin/sh -c 'sleep 1000 & echo $$!'"))
  await start(host)
  await host.untilStatus('a.service', ({ mainPid }) => mainPid === undefined)
  assert.equal(status(host).subState, 'running')
  process.kill(Number(await untilWritten(join(host.directory, 'log/a.service/out'), '\n')), 'SIGKILL')
  await host.until('a.service', 'dead')
})

test('GuessMainPID=no: a forking daemon without PIDFile= has no main process, and ends with its last one', async (context) => {
  const host = await stage(context)
  host.define(unit("Type=forking\nGuessMainPID=no\nExecStart=/bin/sh -c 'sleep 1000 & echo $$!'"))
  assert.deepEqual(await start(host), { kind: 'ready' })
  assert.equal(status(host).mainPid, undefined)
  process.kill(Number(await untilWritten(join(host.directory, 'log/a.service/out'), '\n')), 'SIGKILL')
  await host.until('a.service', 'dead')
})

test('MAINPID= makes another process the main one: its end is the end of the service', async (context) => {
  const host = await stage(context)
  const program = `child = subprocess.Popen(["sleep", "1000"])
say("READY=1", "MAINPID=%d" % child.pid)
wait()
`
  host.define(unit(`Type=notify\nExecStart=${host.python(program)}`))
  const first = host.until('a.service', 'running')
  await start(host)
  await first
  const { mainPid } = status(host)
  assert.equal(readFileSync(`/proc/${mainPid}/comm`, 'utf8'), 'sleep\n')
  process.kill(mainPid!, 'SIGTERM')
  await host.until('a.service', 'dead', 'failed')
})

test('NotifyAccess=exec hears control commands, main does not', async (context) => {
  const host = await stage(context)
  const helper = `/usr/bin/systemd-notify --status=from-a-helper`
  const lines = (access: string): string =>
    `NotifyAccess=${access}\nExecStart=/bin/sleep 1000\nExecStartPost=${helper}\nRemainAfterExit=no`
  host.define(unit(lines('main')))
  await start(host)
  assert.equal(status(host).statusText, undefined)
  await host.supervisor.stop('a.service', byRoot)
  host.define(unit(lines('exec')))
  await start(host)
  await host.untilStatus('a.service', ({ statusText }) => statusText === 'from-a-helper')
})

test('a watchdog that is missed sends WatchdogSignal=, and SIGKILL after TimeoutAbortSec=', async (context) => {
  const host = await stage(context)
  const program = `signal.signal(signal.SIGUSR2, lambda *_: print("barked at", flush=True))
signal.signal(signal.SIGTERM, lambda *_: print("terminated", flush=True))
say("READY=1", "WATCHDOG=1")
wait()
`
  host.define(
    unit(
      `Type=notify\nExecStart=${host.python(program)}\nWatchdogSec=300ms\nWatchdogSignal=SIGUSR2\nTimeoutAbortSec=300ms\nTimeoutStopSec=60`,
    ),
  )
  await start(host)
  await host.until('a.service', 'failed')
  assert.equal(status(host).result, 'watchdog')
  assert.equal(host.output('a.service'), 'barked at\n')
  assert.deepEqual(status(host).lastExit?.exit, { kind: 'killed', signal: 'SIGKILL', dumpedCore: false })
})

test('WATCHDOG=1 in time, and EXTEND_TIMEOUT_USEC= in a slow start, keep a service alive', async (context) => {
  const host = await stage(context)
  const program = `for _ in range(10):
    say("EXTEND_TIMEOUT_USEC=4000000")
    time.sleep(0.3)
say("READY=1")
for _ in range(6):
    say("WATCHDOG=1")
    time.sleep(0.2)
print("still here", flush=True)
say("WATCHDOG=trigger")
wait()
`
  host.define(unit(`Type=notify\nExecStart=${host.python(program)}\nTimeoutStartSec=2500ms\nWatchdogSec=5s`))
  assert.deepEqual(await start(host), { kind: 'ready' })
  await host.until('a.service', 'failed')
  assert.equal(host.output('a.service'), 'still here\n')
  assert.equal(status(host).result, 'watchdog')
})

test('RuntimeMaxSec= ends a service, and its result is a time-out', async (context) => {
  const host = await stage(context)
  host.define(unit('ExecStart=/bin/sleep 1000\nRuntimeMaxSec=200ms'))
  await start(host)
  await host.until('a.service', 'failed')
  assert.equal(status(host).result, 'timeout')
  assert.match(status(host).reason, /RuntimeMaxSec=/)
})

test('Type=notify-reload reloads by its signal, and the reload is over when the service says so', async (context) => {
  const host = await stage(context)
  const program = `def reload(*_):
    say("RELOADING=1", "MONOTONIC_USEC=%d" % (time.monotonic_ns() // 1000))
    time.sleep(0.3)
    say("READY=1", "STATUS=reloaded")
signal.signal(signal.SIGUSR1, reload)
say("READY=1", "STATUS=up")
wait()
`
  host.define(unit(`Type=notify-reload\nReloadSignal=SIGUSR1\nExecStart=${host.python(program)}`))
  await start(host)
  const { mainPid } = status(host)
  assert.deepEqual(await host.supervisor.reload('a.service', byRoot), { kind: 'ready' })
  assert.deepEqual([status(host).statusText, status(host).mainPid], ['reloaded', mainPid])
})

test('BARRIER=1 is answered: systemd-notify --ready returns only when it was heard', async (context) => {
  const host = await stage(context)
  host.define(
    unit(
      "Type=notify\nNotifyAccess=all\nExecStart=/bin/sh -c '/usr/bin/systemd-notify --ready && exec sleep 1000'",
    ),
  )
  assert.deepEqual(await start(host), { kind: 'ready' })
  const { mainPid } = status(host)
  await untilWritten(join(host.directory, 'log/a.service/out'), /^$/)
  await untilSo(() => readFileSync(`/proc/${mainPid}/comm`, 'utf8') === 'sleep\n')
})

test('each hook is told what it may know of the main process', async (context) => {
  const host = await stage(context)
  const said = join(host.directory, 'said')
  const say = (hook: string): string =>
    `${hook}=/bin/sh -c 'echo ${hook} \${MAINPID:-none} \${SERVICE_RESULT:-none} \${EXIT_CODE:-none} \${EXIT_STATUS:-none} >>${said}'`
  const hooks = ['ExecCondition', 'ExecStartPre', 'ExecStartPost', 'ExecReload', 'ExecStop', 'ExecStopPost']
  host.define(unit(`ExecStart=/bin/sleep 1000\n${hooks.map(say).join('\n')}`))
  await start(host)
  const { mainPid } = status(host)
  await host.supervisor.reload('a.service', byRoot)
  await host.supervisor.stop('a.service', byRoot)
  assert.deepEqual(readFileSync(said, 'utf8').trim().split('\n'), [
    'ExecCondition none none none none',
    'ExecStartPre none none none none',
    `ExecStartPost ${mainPid} none none none`,
    `ExecReload ${mainPid} none none none`,
    `ExecStop ${mainPid} success none none`,
    'ExecStopPost none success killed TERM',
  ])
})

test('OnFailure= starts a unit that is told of whom and of what', async (context) => {
  const host = await stage(context)
  const said = join(host.directory, 'said')
  host.define({
    'a.service': "[Unit]\nOnFailure=alarm.service\n[Service]\nExecStart=/bin/sh -c 'exit 5'\n",
    'alarm.service': `[Service]\nType=oneshot\nExecStart=/bin/sh -c 'env | grep MONITOR_ | grep -v INVOCATION | sort >${said}'\n`,
  })
  await start(host)
  await untilWritten(said, /UNIT/)
  await host.until('alarm.service', 'dead')
  assert.equal(
    readFileSync(said, 'utf8'),
    'MONITOR_EXIT_CODE=exited\nMONITOR_EXIT_STATUS=5\nMONITOR_SERVICE_RESULT=exit-code\nMONITOR_UNIT=a.service\n',
  )
})
