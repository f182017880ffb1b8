/** The way up: ExecCondition=, ExecStartPre=, the main process, ExecStartPost=, one step leading to the next (systemd.service(5)). */
import { launchOf, mainRole, runControl } from './commands.ts'
import { enterRunning, withWatchdog } from './running.ts'
import type { ServiceState } from './service-state.ts'
import { enter, type Next, type Setting } from './transition.ts'

export function runConditions(state: ServiceState, index: number, reason: string, setting: Setting): Next {
  const phase = {
    kind: 'ExecCondition',
    state: 'condition',
    reason,
    lastsMs: setting.policy.timeouts.startMs,
  } as const
  return runControl(state, phase, index, setting) ?? runStartPre(state, 0, reason, setting)
}

export function runStartPre(state: ServiceState, index: number, reason: string, setting: Setting): Next {
  const phase = {
    kind: 'ExecStartPre',
    state: 'start-pre',
    reason,
    lastsMs: setting.policy.timeouts.startMs,
  } as const
  return runControl(state, phase, index, setting) ?? runStart(state, 0, reason, setting)
}

export function runStart(state: ServiceState, index: number, reason: string, setting: Setting): Next {
  const { commands, timeouts, type } = setting.policy
  if (index >= commands.ExecStart.length) return runStartPost(state, 0, setting)
  const phase = { kind: 'ExecStart', state: 'start', reason, lastsMs: timeouts.startMs } as const
  if (type === 'forking') return runControl(state, phase, index, setting) ?? runStartPost(state, 0, setting)
  const main = { role: mainRole(index), process: undefined, index }
  return enter({ ...state, main }, 'start', setting, {
    reason,
    lastsMs: timeouts.startMs,
    effects: [launchOf('main', 'ExecStart', main)],
  })
}

/** The main process has started as its Type= asks: the watchdog counts from here. */
export function runStartPost(state: ServiceState, index: number, setting: Setting): Next {
  const watched: ServiceState = { ...state, timers: withWatchdog(state, setting) }
  const lastsMs = setting.policy.timeouts.startMs
  const phase = {
    kind: 'ExecStartPost',
    state: 'start-post',
    reason: 'started; ExecStartPost= runs',
    lastsMs,
  } as const
  const next = runControl(watched, phase, index, setting)
  return next ?? enterRunning(watched, 'started', setting)
}
