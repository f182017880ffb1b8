/**
 * Debian's own daily jobs: sandboxed services of Type=oneshot with their timers, as the packages ship them. The one drop-in
 * lets the timer elapse now, beside the time that it has.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

const shipped = (unit: string): string => join('/lib/systemd/system', unit)

const needs = (name: string): { readonly skip: false | string } => {
  if (process.getuid?.() !== 0) return { skip: 'needs root' }
  const isInstalled = existsSync(shipped(`${name}.timer`)) && existsSync(`/usr/share/doc/${name}`)
  return { skip: isInstalled ? false : `the package ${name} is not installed` }
}

interface Job {
  readonly name: string
  /** What it leaves; gone before. */
  readonly leaves: string
  /** Who runs it. */
  readonly owner: number | string
}

const jobs: readonly Job[] = [
  { name: 'logrotate', leaves: '/var/lib/logrotate/status', owner: 0 },
  { name: 'man-db', leaves: '/var/cache/man/index.db', owner: 'man' },
]

const uidOf = (owner: number | string): number =>
  typeof owner === 'number'
    ? owner
    : Number(
        readFileSync('/etc/passwd', 'utf8')
          .split('\n')
          .find((line) => line.startsWith(`${owner}:`))
          ?.split(':')[2],
      )

for (const { name, leaves, owner } of jobs)
  test(
    `${name} does its work when its timer elapses, in its sandbox, and is done`,
    needs(name),
    async (context) => {
      const [service, timer] = [`${name}.service`, `${name}.timer`]
      const sandbox = new Sandbox()
      context.after(() => sandbox.end())
      rmSync(leaves, { force: true })
      await sandbox.init({
        [service]: readFileSync(shipped(service), 'utf8'),
        [timer]: readFileSync(shipped(timer), 'utf8'),
        [`${timer}.d/now.conf`]: '[Timer]\nOnActiveSec=10ms\nAccuracySec=1us\nRandomizedDelaySec=0\n',
      })
      const startedAtMs = Date.now()
      await sandbox.start()
      await sandbox.synced()
      await sandbox.until(({ units }) =>
        units.some(
          (unit) => unit.name === service && unit.lastExit !== undefined && unit.subState === 'dead',
        ),
      )
      const view = await sandbox.unit(service)
      assert.deepEqual(
        [view.result, view.lastExit?.exit, view.notEnforced.filter((words) => !/cgroup/.test(words))],
        ['success', { kind: 'exited', code: 0 }, []],
        `${view.reason}\n${sandbox.daemonOutput}`,
      )
      assert.equal(statSync(leaves).uid, uidOf(owner))
      assert.doesNotMatch((await sandbox.gitproc('verify')).stdout, /is not supported/)
      const { stdout } = await sandbox.gitproc('list-timers', '-o', 'json')
      const [row] = JSON.parse(stdout)
      assert.deepEqual([row.unit, row.activates], [timer, service])
      assert.ok(row.lastMs > startedAtMs && row.nextMs > Date.now(), stdout)
    },
  )
