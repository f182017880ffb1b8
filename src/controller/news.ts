/** What is news to people who are not looking: pure. Folded from the journal, so that a restart repeats nothing. */
import type { EventRecord, Topic } from '../store/event-record.ts'
import type { UnitStatus } from '../supervisor/unit-status.ts'

export interface News {
  readonly failedUnits: ReadonlySet<string>
  /** Code of what is wrong with the source. */
  readonly sourceTrouble: string | undefined
  readonly lastGeneration: number
}

const noNews: News = { failedUnits: new Set(), sourceTrouble: undefined, lastGeneration: 0 }

type Told = Pick<EventRecord, 'unit' | 'topic' | 'generation' | 'code'>

export const foldNews = (events: readonly Told[], before: News = noNews): News =>
  events.reduce((news, event) => withEvent(news, event), before)

const withEvent = (news: News, { unit, topic, generation, code }: Told): News => {
  if (generation !== undefined && generation > news.lastGeneration)
    return { ...news, lastGeneration: generation }
  switch (topic) {
    case 'unit-failed':
      return { ...news, failedUnits: new Set([...news.failedUnits, unit ?? '']) }
    case 'unit-recovered':
      return { ...news, failedUnits: new Set([...news.failedUnits].filter((name) => name !== unit)) }
    case 'source-trouble':
      return { ...news, sourceTrouble: code }
    case 'source-restored':
      return { ...news, sourceTrouble: undefined }
    default:
      return news
  }
}

/** A unit failed for good once nothing of its own will start it again; it is back once it is up and, where that is known, healthy. */
export const unitTopic = (status: UnitStatus, hadFailed: boolean): Topic | undefined => {
  const { activeState, nextEventAtMs, health } = status
  if (!hadFailed) return activeState === 'failed' && nextEventAtMs === undefined ? 'unit-failed' : undefined
  const isBack = activeState === 'active' && (health.state === 'none' || health.state === 'healthy')
  return isBack || activeState === 'inactive' ? 'unit-recovered' : undefined
}
