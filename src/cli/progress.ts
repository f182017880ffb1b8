/** While a command waits, a person sees what the daemon does: its events on stderr, where that is a terminal. */
import type { EventMessage } from '../api/contract.ts'
import { remark, type Session } from './gitproc-command.ts'
import { eventLine } from './render/event.ts'
import { lookOf } from './terminal.ts'

/** Runs `work`, showing events that pass `isWanted` meanwhile. A failing event stream never disturbs the work. */
export const withProgress = async <T>(
  { daemon }: Session,
  isWanted: (event: EventMessage) => boolean,
  work: () => Promise<T>,
): Promise<T> => {
  if (!process.stderr.isTTY) return work()
  const listening = new AbortController()
  const look = lookOf(process.stderr, process.env, false)
  const shown = (async () => {
    for await (const event of daemon.events(listening.signal))
      if (isWanted(event)) remark(`  ${eventLine(event, look)}`)
  })().catch(() => {})
  try {
    return await work()
  } finally {
    listening.abort()
    await shown
  }
}
