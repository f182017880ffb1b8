/** Which signals go to which processes in a state of the way down (systemd.kill(5)). */
import type { SignalTarget } from './effects.ts'
import type { KillMode, KillPolicy, ServicePolicy } from './service-policy.ts'
import type { ServiceState } from './service-state.ts'

export type KillState =
  | 'stop-watchdog'
  | 'stop-sigterm'
  | 'stop-sigkill'
  | 'final-watchdog'
  | 'final-sigterm'
  | 'final-sigkill'

export interface KillOrder {
  /** Empty: nothing is sent, the end of main and control is only waited for. */
  readonly signals: readonly string[]
  readonly target: SignalTarget
}

/** Undefined: there is nothing to kill and nothing to wait for. */
export function killOrder(to: KillState, state: ServiceState, policy: ServicePolicy): KillOrder | undefined {
  const hasProcess = state.main !== undefined || state.control !== undefined
  const target = targets[policy.kill.mode](to)
  if (target === 'nobody') {
    // KillMode=none: ExecStop= has asked it to end, and it gets the time of one time-out to do so.
    return hasProcess && to === 'stop-sigterm' ? { signals: [], target: 'main-and-control' } : undefined
  }
  if (target === 'main-and-control' && !hasProcess) return undefined
  return { signals: signalsFor(to, state, policy.kill), target }
}

type Target = (to: KillState) => SignalTarget | 'nobody'

const targets: Readonly<Record<KillMode, Target>> = {
  'control-group': () => 'all',
  mixed: (to) => (to.endsWith('sigkill') ? 'all' : 'main-and-control'),
  process: () => 'main-and-control',
  none: () => 'nobody',
}

function signalsFor(to: KillState, state: ServiceState, kill: KillPolicy): readonly string[] {
  switch (to) {
    case 'stop-watchdog':
    case 'final-watchdog':
      return awake([kill.watchdogSignal])
    case 'stop-sigkill':
    case 'final-sigkill':
      return awake([kill.finalSignal])
    case 'stop-sigterm':
    case 'final-sigterm': {
      const signal = state.queuedStart === undefined ? kill.signal : kill.restartSignal
      return awake(kill.sendSighup && signal !== 'SIGHUP' ? [signal, 'SIGHUP'] : [signal])
    }
  }
}

/** A stopped process handles no signal: SIGCONT follows each but those that need none. */
const awake = (signals: readonly string[]): readonly string[] =>
  signals.every((signal) => signal === 'SIGKILL' || signal === 'SIGCONT') ? signals : [...signals, 'SIGCONT']
