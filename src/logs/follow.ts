/**
 * Tells what is written from now on. Woken by inotify on the units' directories, without a timer; reads the files itself,
 * and so goes on across restarts of the services, rotations, and the daemon's absence.
 */
import { compareLines, type LogLine } from './log-line.ts'
import { isWanted, type LogQuery } from './query.ts'
import { isSelectedRun } from './selection.ts'
import { type StreamName, unitsWithLogs } from './unit-directory.ts'
import { UnitFollower } from './unit-follower.ts'
import { UnitLog } from './unit-log.ts'
import { Waker } from './waker.ts'

/** How far each unit's streams are told already. */
export type Positions = ReadonlyMap<UnitLog, Readonly<Record<StreamName, number>>>

/** Ends when `query.signal` is aborted. A line without end is told when the run ends, or the following. */
export async function* followLogs(query: LogQuery, positions: Positions): AsyncGenerator<LogLine> {
  const waker = new Waker(query.signal)
  const followers = new Map<string, UnitFollower>()
  for (const [unit, position] of positions)
    followers.set(unit.query.name, new UnitFollower(unit, position, query))
  let early: readonly LogLine[] = []
  try {
    waker.watchDirectory(query.directory)
    while (!waker.isAborted) {
      const roundMs = Date.now()
      const hasAll = query.units.length > 0
      if (!hasAll) addNewUnits(query, followers)
      for (const follower of followers.values()) waker.watchDirectory(follower.directory)
      const lines: LogLine[] = []
      for (const follower of followers.values()) lines.push(...(await follower.poll()))
      const isBehind = [...followers.values()].some((follower) => follower.hasMore)
      const toldUntilMs = Math.min(roundMs, ...[...followers.values()].map((each) => each.toldUntilMs))
      const isDue = ({ timeMs }: LogLine): boolean => timeMs <= toldUntilMs
      // What came meanwhile waits for a round: of streams that were read before it, older lines may be to come.
      const due = [...(isBehind ? early.filter(isDue) : early), ...lines.filter(isDue)]
      early = [...(isBehind ? early : []), ...lines].filter((line) => !isDue(line))
      yield* wanted(due, query, followers)
      if (early.length === 0 && !isBehind) await waker.wait()
    }
    yield* wanted(
      [...early, ...[...followers.values()].flatMap((follower) => follower.finish())],
      query,
      followers,
    )
  } finally {
    waker.close()
    await Promise.all([...followers.values()].map((follower) => follower.close()))
  }
}

const addNewUnits = (query: LogQuery, followers: Map<string, UnitFollower>): void => {
  for (const name of unitsWithLogs(query.directory)) {
    if (followers.has(name)) continue
    const unit = new UnitLog(query.directory, { name })
    followers.set(name, new UnitFollower(unit, { out: 0, err: 0 }, query))
  }
}

const wanted = (
  lines: readonly LogLine[],
  query: LogQuery,
  followers: ReadonlyMap<string, UnitFollower>,
): readonly LogLine[] =>
  lines
    .filter((line) => {
      const unit = followers.get(line.unit)!.unit
      return isWanted(line, query, unit.query) && isSelectedRun(unit.runOf(line), unit.timeline, query)
    })
    .sort(compareLines)
