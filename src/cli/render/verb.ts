/** What came of a command to a unit, in one line, and in one more where a person has to do something. */
import type { UnitVerb, VerbAnswer } from '../../api/requests.ts'
import { clockTime } from './clock-time.ts'
import { type Look, paint, printable } from './style.ts'
import { shapeOf, stateWord } from './unit-state.ts'
import { shortName } from './words.ts'

export const hasFailed = ({ outcome }: VerbAnswer): boolean => outcome === 'failed'

/** What was asked: a stop usually holds. */
export interface Asked {
  readonly verb: UnitVerb
  readonly isHeld: boolean
  /** When the hold ends by itself. */
  readonly untilMs?: number | undefined
}

export const renderVerb = (asked: Asked, answer: VerbAnswer, look: Look): readonly string[] => {
  const { verb } = asked
  const name = shortName(answer.unit)
  switch (answer.outcome) {
    case 'accepted':
      return [`${name}: ${verb} requested   gitproc status ${name}`]
    case 'superseded':
      return [`${name}: ${verb} was overtaken by something newer   gitproc status ${name}`]
    case 'failed':
      return [
        `${paint(look, 'bad', '×')} ${name}: ${verb} failed: ${printable(answer.reason ?? answer.status.reason)}`,
        `  gitproc logs ${name} --last-crash`,
      ]
    case 'ready':
    case 'done':
      return [success(asked, answer, look)]
  }
}

const success = ({ isHeld, untilMs }: Asked, { unit, status }: VerbAnswer, look: Look): string => {
  const view = {
    ...status,
    hold: undefined,
    isWanted: true,
    changedIn: undefined,
    needs: [],
    wantedBy: [],
    after: [],
    file: undefined,
  }
  const { sign, style } = shapeOf(view)
  const until = untilMs === undefined ? 'until:' : `until ${clockTime(untilMs, look)}, or:`
  const held = isHeld ? `; held ${until} gitproc start ${shortName(unit)}` : ''
  const pid = status.mainPid === undefined ? '' : `, pid ${status.mainPid}`
  return `${paint(look, style, sign)} ${shortName(unit)}: ${stateWord(view, look)}${pid}${held}`
}
