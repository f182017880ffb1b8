/** Up to where a stream is too old to be kept. */
import { readIndex } from './index-file.ts'
import { firstWhere, Timeline } from './timeline.ts'
import { indexPath, type StreamName } from './unit-directory.ts'

/** All before this offset was certainly written before `ms`, as far as the unit's index says. */
export const expiredOffset = (directory: string, stream: StreamName, ms: number): number => {
  const timeline = new Timeline()
  for (const record of readIndex(indexPath(directory), 0).records) timeline.add(record)
  const list = timeline.stretches[stream]
  return list[firstWhere(list, (stretch) => stretch.atMs >= ms) - 1]?.end ?? 0
}
