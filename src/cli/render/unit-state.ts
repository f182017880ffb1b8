/** A unit's state as a shape, a colour and a word, so that neither colour nor Unicode alone carries it. */
import type { UnitView } from '../../api/contract.ts'
import { clockTime } from './clock-time.ts'
import { briefExit } from './exit.ts'
import type { Look, Style } from './style.ts'
import { age, since, span } from './words.ts'

export interface Shape {
  readonly sign: '●' | '○' | '×' | '↻' | '◷'
  readonly style: Style
}

export const shapeOf = (unit: UnitView): Shape => {
  switch (unit.activeState) {
    case 'failed':
      return { sign: '×', style: 'bad' }
    case 'active':
      if (unit.subState === 'waiting') return { sign: '◷', style: 'good' }
      if (unit.isFrozen) return { sign: '●', style: 'quiet' }
      return { sign: '●', style: unit.health.state === 'unhealthy' ? 'bad' : 'good' }
    case 'activating':
    case 'deactivating':
    case 'reloading':
      return { sign: '↻', style: 'busy' }
    case 'inactive':
      return { sign: '○', style: 'quiet' }
  }
}

/** One or two words: `running`, `start 4s`, `gave up`, `held`, `next 02:00`. */
export const stateWord = (unit: UnitView, look: Look): string => {
  if (unit.hold !== undefined && unit.activeState === 'inactive') return 'held'
  if (unit.hasGivenUp) return 'gave up'
  if (unit.isFrozen) return 'frozen'
  if (unit.subState === 'auto-restart' && unit.nextEventAtMs !== undefined)
    return `restart in ${span(Math.max(0, unit.nextEventAtMs - look.nowMs) + 999)}`
  if (unit.subState === 'waiting' && unit.nextEventAtMs !== undefined)
    return `next ${clockTime(unit.nextEventAtMs, look)}`
  if (unit.subState === 'dead') return hasEndedWell(unit) ? 'done' : 'stopped'
  const isPassing = unit.activeState === 'activating' || unit.activeState === 'deactivating'
  return isPassing ? `${unit.subState} ${span(look.nowMs - unit.sinceMs)}` : unit.subState
}

/** By itself: who was told to stop was killed, as a rule, and is stopped. */
const hasEndedWell = ({ lastExit, result }: UnitView): boolean =>
  result === 'success' && lastExit?.exit.kind === 'exited' && lastExit.exit.code === 0

export const healthWord = ({ health, activeState }: UnitView): string => {
  const isDown = activeState === 'inactive' || activeState === 'failed'
  if (isDown && health.state === 'starting') return '-'
  switch (health.state) {
    case 'none':
      return '-'
    case 'healthy':
      return 'healthy'
    case 'unhealthy':
      return 'unhealthy'
    case 'starting':
      return 'waiting'
  }
}

/** What stands instead of figures about a process, where there is none: why and since when. */
export const absence = (unit: UnitView, look: Look): string | undefined => {
  if (unit.mainPid !== undefined || unit.activeState === 'active') return undefined
  if (unit.hold) {
    const reason = unit.hold.reason === undefined ? '' : `: "${unit.hold.reason}"`
    return `(by ${unit.hold.who} ${since(unit.hold.sinceMs, look)}${reason})`
  }
  if (unit.lastExit === undefined) return unit.reason === '' ? undefined : unit.reason
  return `${since(unit.lastExit.atMs, look)}, ${briefExit(unit.lastExit)}`
}

/** How long its process has been up, or how long it has been as it is. */
export const upFor = (unit: UnitView, look: Look): string => age(unit.startedAtMs ?? unit.sinceMs, look)
