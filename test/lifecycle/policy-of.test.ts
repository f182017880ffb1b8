import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyOf } from '../../src/lifecycle/policy-of.ts'
import { loadService } from '../support/load-service.ts'

const able = { notifyProblem: undefined }
const start = 'ExecStart=/bin/true'
const policy = (lines: string, unitLines = '') => policyOf(loadService(`${start}\n${lines}`, unitLines), able)

test('an empty service has the defaults of systemd.service(5)', () => {
  const it = policy('')
  assert.equal(it.type, 'simple')
  assert.deepEqual(it.restart.mode, 'no')
  assert.equal(it.restart.delayMs, 100)
  assert.equal(it.timeouts.startMs, 90_000)
  assert.equal(it.timeouts.stopMs, 90_000)
  assert.equal(it.timeouts.runtimeMaxMs, Number.POSITIVE_INFINITY)
  assert.deepEqual(it.startLimit, { intervalMs: 10_000, burst: 5 })
  assert.equal(it.kill.mode, 'control-group')
  assert.equal(it.watchdogMs, Number.POSITIVE_INFINITY)
  assert.equal(it.notifyAccess, 'none')
  assert.equal(it.health, undefined)
})

test('a oneshot has no time-out to start unless one is written', () => {
  assert.equal(policy('Type=oneshot').timeouts.startMs, Number.POSITIVE_INFINITY)
  assert.equal(policy('Type=oneshot\nTimeoutStartSec=5').timeouts.startMs, 5000)
  assert.equal(policy('Type=oneshot\nTimeoutSec=5').timeouts.startMs, 5000)
})

test('TimeoutAbortSec= is TimeoutStopSec= unless written, RestartKillSignal= is KillSignal=', () => {
  const it = policy('TimeoutStopSec=7\nKillSignal=SIGINT')
  assert.equal(it.timeouts.abortMs, 7000)
  assert.equal(it.kill.restartSignal, 'SIGINT')
})

test('Type=notify and WatchdogSec= imply that the main process is heard', () => {
  assert.equal(policy('Type=notify').notifyAccess, 'main')
  assert.equal(policy('WatchdogSec=1').notifyAccess, 'main')
  assert.equal(policy('Type=notify\nNotifyAccess=all').notifyAccess, 'all')
})

test('a service without ExecStart= is a oneshot that has only to be stopped', () => {
  const it = policyOf(loadService('RemainAfterExit=yes\nExecStop=/bin/true'), able)
  assert.equal(it.type, 'oneshot')
})

test('an unhealthy service is restarted unless Restart= says in writing that it is not', () => {
  const check = 'HealthCheckURL=http://127.0.0.1/'
  assert.equal(policy(check).health?.whenUnhealthy, 'restart')
  assert.equal(policy(`${check}\nRestart=no`).health?.whenUnhealthy, 'report')
  assert.equal(policy(`${check}\nRestart=always`).health?.whenUnhealthy, 'restart')
  assert.equal(policy(`${check}\nRestart=on-abort`).health?.whenUnhealthy, 'report')
})

test('HealthCheckAction= says what an unhealthy service gets, whatever Restart= says', () => {
  const check = 'HealthCheckURL=http://127.0.0.1/\nRestart=no'
  const action = (text: string) => policy(`${check}\nHealthCheckAction=${text}`).health?.whenUnhealthy
  assert.deepEqual(['none', 'restart', 'stop', 'rollback', ''].map(action), [
    'report',
    'restart',
    'stop',
    'rollback',
    'report',
  ])
})

test('Type=dbus, and Type=notify where it can not be heard, say why they do not run', () => {
  assert.match(policy('Type=dbus\nBusName=a.b').unsupported ?? '', /Type=dbus is not supported/)
  const deaf = policyOf(loadService(`${start}\nType=notify`), { notifyProblem: 'no koffi' })
  assert.equal(deaf.unsupported, 'no koffi')
})
