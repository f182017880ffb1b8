/** ActiveState is never kept: it is read off the sub-state by this table (systemd.unit(5)). */
import type { SubState } from './sub-state.ts'

export type ActiveState = 'active' | 'reloading' | 'inactive' | 'failed' | 'activating' | 'deactivating'

const activeStates: Readonly<Record<SubState, ActiveState>> = {
  dead: 'inactive',
  condition: 'activating',
  'start-pre': 'activating',
  start: 'activating',
  'start-post': 'activating',
  running: 'active',
  exited: 'active',
  reload: 'reloading',
  'reload-signal': 'reloading',
  'reload-notify': 'reloading',
  stop: 'deactivating',
  'stop-watchdog': 'deactivating',
  'stop-sigterm': 'deactivating',
  'stop-sigkill': 'deactivating',
  'stop-post': 'deactivating',
  'final-watchdog': 'deactivating',
  'final-sigterm': 'deactivating',
  'final-sigkill': 'deactivating',
  failed: 'failed',
  'auto-restart': 'activating',
  'auto-restart-queued': 'activating',
}

export const activeStateOf = (state: SubState): ActiveState => activeStates[state]
