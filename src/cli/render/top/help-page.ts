/** The page behind `?`. Pure. */
import { type Look, paint } from '../style.ts'

const lines: readonly (readonly [keys: string, meaning: string])[] = [
  ['↑ ↓  k j', 'select a unit; the selection stays with it'],
  ['PgUp PgDn  Home End', 'go by a page, to the first, to the last'],
  ['c m n t', 'sort by CPU, memory, name, restarts; again: turn round'],
  ['< >', 'sort by the column before, after'],
  ['/', 'filter by a part of the name; Esc: all again'],
  ['r  s  a', 'restart, stop and hold, start the unit; asks first'],
  ['l  Enter', "the unit's log: beside the table, alone, not at all"],
  ['Ctrl-L  Ctrl-Z', 'draw anew, suspend'],
  ['q  Ctrl-C', 'quit; services do not notice'],
]

export const helpPage = (look: Look): readonly string[] => [
  '',
  ...lines.map(([keys, meaning]) => `  ${paint(look, 'strong', keys.padEnd(21))}${meaning}`),
  '',
  '  CPU   of one core, since the last look: 200% are two cores busy',
  '  MEM   what the unit uses, of what MemoryMax= allows it',
  '  ↺     restarts by its own policy since it was last started on purpose',
]
