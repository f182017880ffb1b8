/** What a person asked for, in words for the journal of events: pure. */
import type { RollbackRequest, SyncRequest } from '../api/requests.ts'

/** Empty for a sync that only looks: that is what polls do, too. */
export const wishesOf = (request: SyncRequest): string => {
  const wishes = [
    request.retry ? 'trying again what failed' : '',
    request.prune ? 'removing as many units as it likes' : '',
    request.now ? 'outside the sync windows' : '',
    request.allowRewind ? 'letting the branch be where it is' : '',
    request.confirmWithinMs === undefined
      ? ''
      : `taken back unless confirmed in ${request.confirmWithinMs / 1000} s`,
  ].filter((wish) => wish !== '')
  return wishes.length === 0 ? '' : `, ${wishes.join(', ')}`
}

export const rollbackWords = ({ revision, pin }: RollbackRequest): string =>
  `asked to ${pin ? 'pin this host' : 'go back'} to ${revision ?? 'the last healthy generation'}`
