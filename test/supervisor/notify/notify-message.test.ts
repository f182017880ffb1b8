import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { initialServiceState } from '../../../src/lifecycle/service-state.ts'
import { httpTarget } from '../../../src/supervisor/health/http-probe.ts'
import { mayNotify, notifyEvents } from '../../../src/supervisor/notify/notify-message.ts'

const identify = (pid: number) => (pid === 7 ? { pid, startTicks: 1 } : undefined)
const kinds = (text: string) => notifyEvents(text, identify).map(({ kind }) => kind)

test('each word of sd_notify(3) is one event, the main process before it is called ready', () => {
  assert.deepEqual(kinds('READY=1\nMAINPID=7\nSTATUS=up'), [
    'notified-status',
    'notified-main',
    'notified-ready',
  ])
  assert.deepEqual(kinds('RELOADING=1\nMONOTONIC_USEC=5'), ['notified-reloading'])
  assert.deepEqual(kinds('STOPPING=1'), ['notified-stopping'])
  assert.deepEqual(kinds('WATCHDOG=1'), ['notified-alive'])
  assert.deepEqual(kinds('WATCHDOG=trigger'), ['notified-watchdog-trigger'])
  assert.deepEqual(notifyEvents('EXTEND_TIMEOUT_USEC=5000', identify), [{ kind: 'notified-extend', byMs: 5 }])
})

test('a MAINPID= that is no process of the unit names nobody', () => {
  assert.deepEqual(kinds('MAINPID=8\nREADY=1'), ['notified-ready'])
})

test('no datagram whatever makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void notifyEvents(text, identify)))
})

test('NotifyAccess= decides who may speak', () => {
  const main = { role: 'main', process: { pid: 7, startTicks: 1 }, index: 0 }
  const control = {
    ...main,
    role: 'ExecReload.0',
    kind: 'ExecReload' as const,
    process: { pid: 8, startTicks: 1 },
  }
  const state = { ...initialServiceState(0), main, control }
  const allowed = (pid: number, isOfUnit: boolean) =>
    (['none', 'main', 'exec', 'all'] as const).filter((access) =>
      mayNotify({ pid, uid: 0 }, state, access, isOfUnit),
    )
  assert.deepEqual(allowed(7, true), ['main', 'exec', 'all'])
  assert.deepEqual(allowed(8, true), ['exec', 'all'])
  assert.deepEqual(allowed(9, true), ['all'])
  assert.deepEqual(allowed(9, false), [])
})

test('a health check can ask over a unix socket', () => {
  assert.deepEqual(httpTarget('http+unix:///run/app.sock:/health'), {
    url: 'http://localhost/health',
    socketPath: '/run/app.sock',
  })
  assert.equal(httpTarget('http://127.0.0.1:80/').socketPath, undefined)
})
