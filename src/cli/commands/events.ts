/** `gitproc events [NAME]`: what happened and what happens; ends with the daemon, Ctrl-C or a closed pipe. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { EventMessage, EventsAnswer } from '../../api/contract.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, type Session } from '../gitproc-command.ts'
import { clientFlags, outputFlag, utcFlag } from '../global-flags.ts'
import { mustBeKnown } from '../known-unit.ts'
import { pastMoment } from '../past-moment.ts'
import { eventLine } from '../render/event.ts'
import { fullName } from '../render/words.ts'

export default class Events extends GitprocCommand {
  static override summary = 'Shows what happened, and what happens: units, generations, operators, trouble.'
  static override description =
    'Events are kept over restarts of the daemon, several thousand of them; -o json has who, when and why in fields of their own.'
  static override args = { name: Args.string({ description: 'only events of this unit' }) }
  static override flags = {
    lines: Flags.integer({
      char: 'n',
      description: 'how many of the past',
      default: 10,
      min: 0,
      max: 10_000,
    }),
    since: Flags.string({
      description: 'from this time on: 10m, yesterday, 2026-03-14 14:00',
      helpValue: 'TIME',
    }),
    until: Flags.string({
      description: 'up to this time, and nothing of what happens now',
      helpValue: 'TIME',
    }),
    follow: Flags.boolean({
      description: 'go on with what happens from now on',
      default: true,
      allowNo: true,
    }),
    output: outputFlag,
    utc: utcFlag,
    ...clientFlags,
  }
  static override examples = [
    '$ gitproc events',
    '$ gitproc events web --since yesterday --no-follow',
    '$ gitproc events -n 0 -o json',
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Events)
    const session = this.session(flags)
    const unit = args.name === undefined ? undefined : fullName(args.name)
    const follows = flags.follow && flags.until === undefined
    // Listening begins before the past is read: what happens in between comes twice, and is shown once.
    const coming = session.daemon.events()
    const first = follows ? coming.next() : undefined
    const lastSeq = await showPast({ ...flags, unit }, session)
    for (let next = await first; next !== undefined && !next.done; next = await coming.next()) {
      const event = next.value
      if ((event.seq ?? Number.POSITIVE_INFINITY) > lastSeq && (unit ?? event.unit) === event.unit)
        show(event, session)
    }
    return exitStatuses.done.status
  }
}

interface Wish {
  readonly lines: number
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly unit: string | undefined
}

/** Gives the number of the last one. */
const showPast = async ({ lines, since, until, unit }: Wish, session: Session): Promise<number> => {
  const { daemon, look } = session
  const limit = since === undefined ? lines : 10_000
  if (limit === 0) return 0
  const query = new URLSearchParams({ limit: String(limit) })
  if (unit !== undefined) query.set('unit', unit)
  if (since !== undefined) query.set('since', String(pastMoment('--since', since, look.nowMs)))
  if (until !== undefined) query.set('until', String(pastMoment('--until', until, look.nowMs)))
  const { events } = await daemon.get<EventsAnswer>(`/v1/events/past?${query}`)
  if (unit !== undefined && events.length === 0) await mustBeKnown(unit, daemon)
  for (const event of events) show(event, session)
  return events.at(-1)?.seq ?? 0
}

const show = (event: EventMessage, { look, isJson }: Session): void => {
  process.stdout.write(isJson ? `${JSON.stringify(event)}\n` : `${eventLine(event, look)}\n`)
}
