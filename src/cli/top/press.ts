/** What a key means: the next state, and what is to be done. Pure; the keys stand in one table for each mode. */
import { shortName } from '../render/words.ts'
import {
  type SortKey,
  selectedIndex,
  selectedUnit,
  shownUnits,
  sortKeys,
  type TopState,
  type TopVerb,
} from './top-state.ts'

export type TopEffect =
  | { readonly kind: 'quit' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'verb'; readonly verb: TopVerb; readonly unit: string }

export interface Pressed {
  readonly state: TopState
  readonly effect?: TopEffect
}

/** `key` as keys.ts names it; `page`: how many rows PgDn goes. */
export const press = (state: TopState, key: string, page: number): Pressed => {
  if (key === 'ctrl+c') return { state, effect: { kind: 'quit' } }
  if (key === 'ctrl+z') return { state, effect: { kind: 'suspend' } }
  if (key === 'ctrl+l') return { state, effect: { kind: 'redraw' } }
  const quiet = { ...state, message: undefined }
  switch (state.mode.kind) {
    case 'help':
      return { state: { ...quiet, mode: { kind: 'browse' } } }
    case 'confirm':
      return answer(quiet, state.mode, key)
    case 'filter':
      return { state: moved(quiet, key, page) ?? typed(quiet, state.mode.before, key) }
    case 'browse':
      return moveOrAct(quiet, key, page)
  }
}

const moveOrAct = (state: TopState, key: string, page: number): Pressed => {
  const gone = moved(state, motions[key] ?? key, page)
  return gone === undefined ? (actions[key]?.(state) ?? { state }) : { state: gone }
}

/** As in vi and less. */
const motions: Readonly<Record<string, string>> = { k: 'up', j: 'down', g: 'home', G: 'end' }

/** Undefined: the key moves nothing. */
const moved = (state: TopState, key: string, page: number): TopState | undefined => {
  const shown = shownUnits(state)
  const steps: Readonly<Record<string, number>> = {
    up: -1,
    down: 1,
    pageup: -page,
    pagedown: page,
    home: -shown.length,
    end: shown.length,
  }
  const step = steps[key]
  if (step === undefined) return undefined
  const index = Math.min(Math.max(selectedIndex(state, shown) + step, 0), shown.length - 1)
  return { ...state, selected: shown[index]?.name }
}

type Action = (state: TopState) => Pressed

const quit: Action = (state) => ({ state, effect: { kind: 'quit' } })

/** The same key again turns the order round. */
const sortBy =
  (sort: SortKey): Action =>
  (state) => ({
    state: { ...state, sort, isReversed: state.sort === sort && !state.isReversed },
  })

const nextSort =
  (step: 1 | -1): Action =>
  (state) => {
    const index = (sortKeys.indexOf(state.sort) + step + sortKeys.length) % sortKeys.length
    return { state: { ...state, sort: sortKeys[index]!, isReversed: false } }
  }

const askFor =
  (verb: TopVerb): Action =>
  (state) => {
    const unit = selectedUnit(state)?.name
    if (unit === undefined) return { state }
    // The selection is fixed from here on: what was asked for is what will be done.
    return { state: { ...state, selected: unit, mode: { kind: 'confirm', verb, unit } } }
  }

const startFilter: Action = (state) => ({
  state: { ...state, mode: { kind: 'filter', before: state.filter } },
})
const showHelp: Action = (state) => ({ state: { ...state, mode: { kind: 'help' } } })
const panes = { none: 'half', half: 'full', full: 'none' } as const
const nextPane: Action = (state) => ({ state: { ...state, pane: panes[state.pane] } })
const zoomPane: Action = (state) => ({ state: { ...state, pane: state.pane === 'full' ? 'half' : 'full' } })
const clearFilter: Action = (state) => ({ state: { ...state, filter: '' } })

const actions: Readonly<Record<string, Action>> = {
  q: quit,
  f10: quit,
  '?': showHelp,
  h: showHelp,
  f1: showHelp,
  c: sortBy('cpu'),
  P: sortBy('cpu'),
  m: sortBy('memory'),
  M: sortBy('memory'),
  n: sortBy('name'),
  N: sortBy('name'),
  t: sortBy('restarts'),
  '>': nextSort(1),
  '<': nextSort(-1),
  r: askFor('restart'),
  'ctrl+r': askFor('restart'),
  s: askFor('stop'),
  f9: askFor('stop'),
  a: askFor('start'),
  f7: askFor('start'),
  '/': startFilter,
  f4: startFilter,
  escape: clearFilter,
  l: nextPane,
  return: zoomPane,
}

const answer = (
  state: TopState,
  { verb, unit }: { readonly verb: TopVerb; readonly unit: string },
  key: string,
): Pressed => {
  const browsing = { ...state, mode: { kind: 'browse' } } as const
  if (key === 'y' || key === 'Y') return { state: browsing, effect: { kind: 'verb', verb, unit } }
  return { state: { ...browsing, message: { text: `${shortName(unit)}: nothing done`, isBad: false } } }
}

const typed = (state: TopState, before: string, key: string): TopState => {
  const browsing = { ...state, mode: { kind: 'browse' } } as const
  switch (key) {
    case 'return':
      return browsing
    case 'escape':
      return { ...browsing, filter: before }
    case 'backspace':
      return { ...state, filter: [...state.filter].slice(0, -1).join('') }
    case 'ctrl+u':
      return { ...state, filter: '' }
    default:
      return [...key].length === 1 ? { ...state, filter: state.filter + key } : state
  }
}
