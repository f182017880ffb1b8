/** The last line: a question, what is typed, what came of the last key, or the keys there are. Pure. */
import type { TopState, TopVerb } from '../../top/top-state.ts'
import { type Look, paint, printable } from '../style.ts'
import { shortName } from '../words.ts'

export const bottomLine = (state: TopState, look: Look): string => {
  const { mode, message, filter } = state
  switch (mode.kind) {
    case 'confirm':
      return paint(look, 'busy', `${question(mode.verb, shortName(mode.unit))} [y/N]`)
    case 'filter':
      return `filter: ${filter}_   ${paint(look, 'quiet', 'Enter keeps it, Esc takes it back')}`
    case 'help':
      return paint(look, 'quiet', 'any key goes back')
    case 'browse':
      if (message !== undefined) return paint(look, message.isBad ? 'bad' : 'good', printable(message.text))
      return keys(look) + (filter === '' ? '' : `  ${paint(look, 'busy', `filter: ${filter}`)}`)
  }
}

const question = (verb: TopVerb, name: string): string => {
  switch (verb) {
    case 'restart':
      return `Restart ${name}?`
    case 'stop':
      return `Stop ${name}, and hold it stopped until somebody starts it?`
    case 'start':
      return `Start ${name}, and end its hold if it has one?`
  }
}

const hints: readonly (readonly [key: string, meaning: string])[] = [
  ['↑↓', 'row'],
  ['r', 'restart'],
  ['s', 'stop'],
  ['a', 'start'],
  ['cmnt', 'sort'],
  ['/', 'filter'],
  ['l', 'log'],
  ['?', 'help'],
  ['q', 'quit'],
]

const keys = (look: Look): string =>
  hints.map(([key, meaning]) => `${paint(look, 'strong', key)} ${paint(look, 'quiet', meaning)}`).join('  ')
