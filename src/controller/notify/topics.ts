/** What people may choose to be told of. */
import type { Topic } from '../../store/event-record.ts'

export const topicGroups = {
  generation: ['generation'],
  unit: ['unit-failed', 'unit-recovered'],
  source: ['source-trouble', 'source-restored'],
} as const satisfies Readonly<Record<string, readonly Topic[]>>
