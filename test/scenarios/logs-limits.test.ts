/** Limits of the logs as a person commits them, and what a service that ends again and again leaves behind. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, watch } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

const writer = (limits: string): string =>
  `[Service]\nExecStart=/bin/sh -c 'i=0; while :; do echo "line $i $(printf %%01000d 0)"; i=$((i+1)); done'\n${limits}\n`

test('a committed LogMaxSize= holds at once, for a service that goes on running', async (t) => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  t.after(() => sandbox.end())
  await sandbox.init({ 'web.service': writer('LogMaxSize=1G') })
  await sandbox.start()
  await sandbox.synced()
  const { mainPid } = await sandbox.unit('web.service')
  const directory = join(sandbox.prefix, 'logs/web.service')
  const archives = (): readonly string[] => readdirSync(directory).filter((name) => name.endsWith('.zst'))
  assert.deepEqual(archives(), [])
  await sandbox.deploy({ 'web.service': writer('LogMaxSize=64K\nLogMaxFiles=2') })
  const changes = watch(directory)
  while (archives().length === 0) await new Promise((resolve) => changes.once('change', resolve))
  changes.close()
  assert.equal((await sandbox.unit('web.service')).mainPid, mainPid)
})

/** Kilobytes that the daemon has in memory. */
const residentKiB = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

const restarts = Number(process.env['RESTARTS'] ?? 60)

test('a service that ends at once, again and again, fills neither memory nor the run directory', async (t) => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  t.after(() => sandbox.end())
  await sandbox.init({
    'crash.service': '[Service]\nRestart=always\nRestartSec=0\nStartLimitBurst=0\nExecStart=/bin/false\n',
  })
  await sandbox.start()
  const restarted = async (times: number): Promise<number> => {
    await sandbox.until((status) => status.units.some((unit) => unit.restarts >= times))
    return residentKiB(sandbox.daemonPid)
  }
  const early = await restarted(restarts / 3)
  const late = await restarted(restarts)
  const runs = readdirSync(join(sandbox.prefix, 'run/units/crash.service'))
  t.diagnostic(
    `${early} KiB after ${restarts / 3} restarts, ${late} after ${restarts}; ${runs.length} run directories`,
  )
  assert.ok(runs.length <= 2, runs.join(' '))
  assert.ok(late - early < 16 * 1024, `${early} → ${late} KiB`)
})
