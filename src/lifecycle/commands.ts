/** Launching the commands of a unit one after another: which comes next, and what its process directory is called. */
import type { ServiceEffect } from './effects.ts'
import type { CommandKind } from './service-policy.ts'
import type { ServiceState } from './service-state.ts'
import type { SubState } from './sub-state.ts'
import { enter, type Next, type Setting } from './transition.ts'

export interface Phase {
  readonly kind: CommandKind
  readonly state: SubState
  readonly reason: string
  /** How long each command may take. */
  readonly lastsMs: number
}

/** Enters the phase's state with its command number `index` under way; undefined where there is no such command. */
export function runControl(
  state: ServiceState,
  phase: Phase,
  index: number,
  setting: Setting,
): Next | undefined {
  if (index >= setting.policy.commands[phase.kind].length) return undefined
  const control = { kind: phase.kind, index, role: controlRole(phase.kind, index, state), process: undefined }
  return enter({ ...state, control }, phase.state, setting, {
    reason: phase.reason,
    lastsMs: phase.lastsMs,
    effects: [launchOf('control', phase.kind, control)],
  })
}

export const launchOf = (
  as: 'main' | 'control',
  command: CommandKind,
  { index, role }: { readonly index: number; readonly role: string },
): ServiceEffect => ({ kind: 'launch', as, command, index, role })

export const mainRole = (index: number): string => (index === 0 ? 'main' : `main.${index}`)

/** A reload can happen often in one invocation: its number keeps the process directories apart. */
const controlRole = (kind: CommandKind, index: number, state: ServiceState): string =>
  kind === 'ExecReload' && state.reload.count > 1
    ? `${kind}.${index}.${state.reload.count}`
    : `${kind}.${index}`

/** A main process that no shim of ours started (forking, MAINPID=). */
export const foreignRole = (pid: number): string => `foreign-${pid}`
