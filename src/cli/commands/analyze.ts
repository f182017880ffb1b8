/** `gitproc analyze calendar|timespan|security …`: what expressions mean; what is in force for services. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { GitprocError } from '../../base/error.ts'
import { renderCalendar, reportCalendar } from '../../units/calendar/report.ts'
import { TimeZones } from '../../units/calendar/time-zone.ts'
import { parseTimestamp } from '../../units/calendar/timestamp.ts'
import { isTimeZoneName } from '../../units/calendar/zone-names.ts'
import { renderTimeSpan, reportTimeSpan } from '../../units/time-span/report.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'

const subjects = ['calendar', 'timespan', 'security'] as const

export default class Analyze extends GitprocCommand {
  static override summary = 'Says what calendar events and time spans mean, and how services are shut in.'
  static override description =
    'Reads expressions as systemd 252 does (systemd.time(7)); exit status 1 if one is invalid. `security` compares what services ask for with what the kernel says of their processes; exit status 1 if something is not in force. The figure of exposure and its weights: docs/isolation.md.'
  static override args = {
    subject: Args.string({ description: 'what the expressions are', options: [...subjects], required: true }),
    expressions: Args.string({
      description: 'expressions to analyze; of `security`: units, or none for all services',
      multiple: true,
    }),
  }
  static override flags = {
    output: outputFlag,
    iterations: Flags.integer({
      description: 'how many elapses to find',
      default: 1,
      min: 1,
      helpValue: 'N',
    }),
    'base-time': Flags.string({
      description: 'find elapses after this time',
      default: 'now',
      helpValue: 'TIME',
    }),
    path: Flags.string({ description: 'security: a folder of unit files, no daemon', helpValue: 'DIR' }),
    'max-exposure': Flags.integer({
      description: 'security: exit status 1 above this',
      min: 0,
      max: 10,
      helpValue: 'N',
    }),
    ...clientFlags,
    tz: Flags.string({ description: 'the local time zone, if not the present one', helpValue: 'ZONE' }),
  }
  static override examples = [
    "$ gitproc analyze calendar 'Mon..Fri 08:00' --iterations 5 --tz Europe/Berlin",
    "$ gitproc analyze calendar daily --base-time '2024-03-30 20:00' -o json",
    "$ gitproc analyze timespan '1h 30min' 90000ms",
    '$ gitproc analyze security',
    '$ gitproc analyze security nginx --path /lib/systemd/system --max-exposure 6',
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Analyze)
    const expressions = (args.expressions ?? []) as unknown as readonly string[]
    if (args.subject === 'security') return this.#analyzeSecurity(expressions, flags)
    if (expressions.length === 0)
      throw new GitprocError('cli/usage', `there is no ${args.subject} to analyze`)
    const answers =
      args.subject === 'timespan' ? expressions.map(analyzeTimeSpan) : analyzeCalendars(expressions, flags)
    if (flags.output === 'json') printJson(answers.map(({ report }) => report))
    else print([answers.map(({ text }) => text).join('\n\n')])
    const areValid = answers.every(({ report }) => report.verdict === 'valid')
    return areValid ? exitStatuses.done.status : exitStatuses.failed.status
  }

  async #analyzeSecurity(names: readonly string[], flags: SecurityFlags): Promise<number> {
    const { path, 'max-exposure': maxExposure, ...settings } = flags
    const { analyzeSecurity } = await import('../analyze-security.ts')
    return analyzeSecurity({ names, path, maxExposure }, this.session(settings))
  }
}

interface SecurityFlags {
  readonly path?: string | undefined
  readonly 'max-exposure'?: number | undefined
}

const analyzeTimeSpan = (expression: string) => {
  const report = reportTimeSpan(expression)
  return { report, text: renderTimeSpan(report) }
}

interface CalendarFlags {
  readonly iterations: number
  readonly 'base-time': string
  readonly tz?: string | undefined
}

const analyzeCalendars = (expressions: readonly string[], flags: CalendarFlags) => {
  const nowUsec = Date.now() * 1000
  const zones = new TimeZones(zoneOf(flags.tz))
  const baseUsec = parseTimestamp(flags['base-time'], nowUsec, zones)
  if (baseUsec === undefined)
    throw new GitprocError('cli/usage', `--base-time: "${flags['base-time']}" is no timestamp`, {
      remedy: 'such as 2024-03-30 20:00, 2024-03-30T20:00:00Z, yesterday, +3h, @1711828800 (systemd.time(7))',
    })
  return expressions.map((expression) => {
    const question = { expression, baseUsec, iterations: flags.iterations, zones }
    return { report: reportCalendar(question), text: renderCalendar(question, nowUsec) }
  })
}

const zoneOf = (name: string | undefined): string => {
  if (name === undefined) return Intl.DateTimeFormat().resolvedOptions().timeZone
  if (isTimeZoneName(name)) return name
  throw new GitprocError('cli/usage', `--tz: there is no time zone "${name}"`, {
    remedy: 'zones are called as in tzdata: Europe/Berlin, UTC',
  })
}
