/** Carries out what the table asks for, and feeds the answers back. Never throws: what fails becomes an event. */
import type { ProcessId } from '../base/process-id.ts'
import type { ServiceEffect } from '../lifecycle/effects.ts'
import { impliedProtection } from '../units/show/implied.ts'
import { passingDirectories } from './launch/directories.ts'
import { removeTree } from './launch/folder-tree.ts'
import { failedLaunchRecord } from './launch/launch-problem.ts'
import type { NamespaceSharing } from './launch/namespace-sharing.ts'
import type { Preparer } from './launch/prepare-launch.ts'
import { removeIpcOf } from './launch/remove-ipc.ts'
import { removePrivateTmp } from './launch/run-folders.ts'
import { closeStreams } from './launch/stream-files.ts'
import { findMainProcess } from './main-pid.ts'
import type { SupervisorPorts } from './ports.ts'
import type { ServiceUnit } from './service-unit.ts'

type Effect<Kind extends ServiceEffect['kind']> = Extract<ServiceEffect, { readonly kind: Kind }>

export class EffectRunner {
  readonly #ports: SupervisorPorts
  readonly #preparer: Preparer
  readonly #sharing: NamespaceSharing

  constructor(ports: SupervisorPorts, preparer: Preparer, sharing: NamespaceSharing) {
    this.#ports = ports
    this.#preparer = preparer
    this.#sharing = sharing
  }

  async carryOut(unit: ServiceUnit, effect: ServiceEffect): Promise<void> {
    try {
      await this.#dispatch(unit, effect)
    } catch (error) {
      const fields = { unit: unit.name, effect: effect.kind, error: messageOf(error) }
      this.#ports.log.error('could not carry out what was decided', fields)
    }
  }

  #dispatch(unit: ServiceUnit, effect: ServiceEffect): Promise<void> | void {
    switch (effect.kind) {
      case 'launch':
        return this.#launch(unit, effect)
      case 'signal':
        return this.#signal(unit, effect)
      case 'release':
        return this.#release(unit, effect)
      case 'watch-main':
        return this.#watchMain(unit)
      case 'freeze':
      case 'thaw':
        return this.#ports.executor.freeze(unit.name, effect.kind === 'freeze')
      // The answers to these may take long: what else the unit has to do does not wait for them.
      case 'check-conditions':
        return void this.#checkConditions(unit)
      case 'find-main':
        return void this.#findMain(unit)
    }
  }

  async #launch(unit: ServiceUnit, effect: Effect<'launch'>): Promise<void> {
    await this.#ports.pace?.turn()
    const invocation = unit.state.invocation?.id
    try {
      const spec = await this.#preparer.prepare(unit, effect)
      if (effect.as === 'main') this.#ports.logs.mark(unit.name, spec.invocationId, spec.revision)
      await this.#ports.executor.launch(spec).finally(() => closeStreams(spec.streamFds ?? {}))
    } catch (error) {
      const now = this.#ports.clock.now()
      this.#ports.log.warn('could not launch', {
        unit: unit.name,
        command: effect.role,
        error: messageOf(error),
      })
      if (unit.state.invocation?.id !== invocation) return
      unit.feed({ kind: `${effect.as}-exited`, record: failedLaunchRecord(error, now) })
    }
  }

  async #signal(unit: ServiceUnit, { signals, target }: Effect<'signal'>): Promise<void> {
    const { executor } = this.#ports
    const invocation = unit.state.invocation?.id
    const members = target === 'all' ? await executor.processes(unit.name) : []
    const targets = target === 'all' ? ['all' as const, ...strays(unit, members)] : owned(unit, target)
    // A service that ended by itself mostly leaves nobody behind.
    if (target === 'all' && members.length + targets.length === 1) return void unit.feed({ kind: 'empty' })
    for (const signal of signals) {
      for (const to of targets) await executor.signal(unit.name, to, signal)
    }
    // Of those that were there the executor tells when the last has gone; where there were none, nobody does.
    if (target !== 'all' || members.length > 0) return
    const left = await executor.processes(unit.name)
    if (left.length === 0 && unit.state.invocation?.id === invocation) unit.feed({ kind: 'empty' })
  }

  async #checkConditions(unit: ServiceUnit): Promise<void> {
    const invocation = unit.state.invocation?.id
    const verdict = await this.#ports.conditions(unit.definition).catch((error: unknown) => ({
      kind: 'fail' as const,
      text: `its conditions could not be evaluated: ${messageOf(error)}`,
    }))
    if (unit.state.invocation?.id === invocation) unit.feed({ kind: 'conditions-checked', verdict })
  }

  async #findMain(unit: ServiceUnit): Promise<void> {
    const invocation = unit.state.invocation?.id
    const isWanted = () => unit.state.state === 'start' && unit.state.invocation?.id === invocation
    const found = await findMainProcess(unit, this.#ports, isWanted)
    if (isWanted()) unit.feed({ kind: 'main-found', process: found })
  }

  #watchMain({ name, state }: ServiceUnit): void {
    const { main, invocation } = state
    if (main?.process === undefined || invocation === undefined) return
    this.#ports.executor.watchForeign(
      { unit: name, invocationId: invocation.id, role: main.role },
      main.process,
    )
  }

  async #release(unit: ServiceUnit, { invocationId, isRestarting }: Effect<'release'>): Promise<void> {
    await this.#ports.pace?.turn()
    await this.#ports.executor.forget(unit.name, invocationId)
    const facts = await this.#ports.hostFacts()
    const tmpOf = await this.#sharing.leave(unit.name, invocationId)
    if (tmpOf !== undefined) await removePrivateTmp(unit.definition, facts, tmpOf)
    const { pidFile } = unit.policy
    const passing = passingDirectories(unit.definition, facts, {
      mounts: this.#ports.executor.abilities.mounts,
      isRestarting,
    })
    for (const path of pidFile === undefined ? passing : [pidFile, ...passing])
      await removeTree(path).catch((error: Error) =>
        this.#ports.log.warn('what a service left could not be removed', {
          unit: unit.name,
          path,
          error: error.message,
        }),
      )
    await this.#removeIpc(unit)
  }

  async #removeIpc(unit: ServiceUnit): Promise<void> {
    const { service } = unit.definition
    if (service === undefined || !impliedProtection(service).RemoveIPC) return
    const uid = await this.#preparer.uidOf(unit)
    const removed = uid === undefined ? 0 : await removeIpcOf(uid)
    if (removed > 0)
      this.#ports.log.info('what a service left for others to share was removed', {
        unit: unit.name,
        uid,
        removed,
      })
  }
}

/** A process that was launched this very moment has not entered its cgroup yet: `all` would miss it. */
const strays = (unit: ServiceUnit, members: readonly ProcessId[]): readonly ProcessId[] => {
  const known = new Set(members.map(({ pid }) => pid))
  return owned(unit, 'main-and-control').filter(({ pid }) => !known.has(pid))
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function owned(
  { state }: ServiceUnit,
  target: 'main' | 'control' | 'main-and-control',
): readonly ProcessId[] {
  const main = target === 'control' ? undefined : state.main?.process
  const control = target === 'main' ? undefined : state.control?.process
  return [main, control].filter((process) => process !== undefined)
}
