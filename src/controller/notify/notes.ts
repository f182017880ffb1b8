/** Results written back into the repository as git notes, so that it carries the record: `git log --notes=gitproc`. */
import type { GitprocError } from '../../base/error.ts'
import type { Repository } from '../../git/repository-port.ts'
import type { Delivery, Target } from './delivery.ts'
import type { Message } from './message.ts'

export const notesTarget = (repository: Pick<Repository, 'annotate'>): Target => ({
  name: 'git notes',
  topics: new Set(['generation']),
  deliver: async (message): Promise<Delivery> => {
    if (message.revision === undefined) return { kind: 'refused', why: 'it is about no commit' }
    try {
      await repository.annotate(message.revision, noteLine(message))
      return { kind: 'delivered' }
    } catch (error) {
      return failed(error)
    }
  },
})

/** A server that does not let us write says so tomorrow, too; anything else may pass. */
const failed = (error: unknown): Delivery => {
  const { message, code, remedy } = error as Partial<GitprocError> & Error
  const kind = code === 'git/rejected' ? 'refused' : 'failed'
  return { kind, why: message, ...(remedy === undefined ? {} : { remedy }) }
}

/** `shop1: RolledBack, generation 12, 2026-03-14T14:05:11Z: web.service: exited 1` */
const noteLine = ({ host, outcome, generation, at, why, isBad }: Message): string => {
  const because = isBad && why !== undefined ? `: ${why.replace(/[\s\p{Cc}]+/gu, ' ')}` : ''
  return `${host}: ${outcome}, generation ${generation}, ${at.replace(/\.\d+Z$/, 'Z')}${because}`
}
