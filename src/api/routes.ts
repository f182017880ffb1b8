/** Every route of the api, as one table: method, path, what answers. `:name` is one segment of the path. */
import type { Clock } from '../base/clock.ts'
import { GitprocError } from '../base/error.ts'
import { type Log, type LogVolume, logLevels } from '../base/log.ts'
import type { Controller } from '../controller/controller-port.ts'
import type { UnitMetrics } from '../supervisor/metrics/sampler.ts'
import type { ErrorAnswer, LogFilesAnswer, UnitMetricsAnswer } from './contract.ts'
import { failedAnswer } from './error-answer.ts'
import { metricsAnswer } from './metrics-answer.ts'
import { at, pastEvents } from './past-answer.ts'
import {
  badRequest,
  type Fields,
  logLevelRequest,
  manyVerbsRequest,
  operationRequest,
  rollbackRequest,
  shutdownRequest,
  suspendRequest,
  syncRequest,
  verbRequest,
} from './request-body.ts'
import type { LogLevelAnswer, ManyVerbsAnswer, ShutdownAnswer, UnitVerb, VerbAnswer } from './requests.ts'
import { type SecurityContext, securityAnswer, unitSecurityAnswer } from './security-answer.ts'
import { pointsWanted, unitMetricsAnswer } from './unit-metrics.ts'

export interface RouteContext extends SecurityContext {
  readonly controller: Controller
  readonly metrics: UnitMetrics
  readonly clock: Clock
  /** Where the services' output lies, so that the command line reads it itself. */
  readonly logDirectory: string
  readonly log: Log
  /** Of the daemon's own log. */
  readonly volume: LogVolume
  /** Ends the daemon soon after the answer has gone out; services go on. */
  readonly shutdown: (who: string) => void
}

export interface Call {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Fields
}

/** Gives what goes out as JSON, or a TextAnswer. */
type Answer = (call: Call, context: RouteContext) => Promise<unknown>

export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly answer: Answer
}

/** Answered by the event stream (`event-stream.ts`), not by this table. */
export const eventsPath = '/v1/events'

export const routes: readonly Route[] = [
  { method: 'GET', path: '/v1/status', answer: (_, { controller }) => controller.status() },
  {
    method: 'GET',
    path: '/v1/units/:name',
    answer: ({ params }, { controller }) => controller.unit(params['name']!),
  },
  {
    method: 'GET',
    path: '/v1/units/:name/why',
    answer: ({ params }, { controller }) => controller.why(params['name']!),
  },
  { method: 'GET', path: '/v1/units/:name/metrics', answer: (call, context) => unitMetrics(call, context) },
  {
    method: 'GET',
    path: '/v1/units/:name/security',
    answer: ({ params }, context) => unitSecurityAnswer(params['name']!, context),
  },
  { method: 'GET', path: '/v1/security', answer: (_, context) => securityAnswer(context) },
  { method: 'POST', path: '/v1/units/:name/:verb', answer: (call, context) => verb(call, context) },
  { method: 'POST', path: '/v1/verbs/:verb', answer: (call, context) => verbForMany(call, context) },
  { method: 'GET', path: '/v1/history', answer: (call, { controller }) => history(call, controller) },
  {
    method: 'GET',
    path: '/v1/plan',
    answer: ({ query }, { controller }) => controller.plan(query.get('revision') ?? undefined),
  },
  {
    method: 'POST',
    path: '/v1/sync',
    answer: ({ body }, { controller }) => controller.sync(syncRequest(body)),
  },
  {
    method: 'POST',
    path: '/v1/rollback',
    answer: ({ body }, { controller }) => controller.rollback(rollbackRequest(body)),
  },
  {
    method: 'POST',
    path: '/v1/cancel',
    answer: ({ body }, { controller }) => controller.cancel(operationRequest(body)),
  },
  {
    method: 'POST',
    path: '/v1/confirm',
    answer: ({ body }, { controller }) => controller.confirm(operationRequest(body)),
  },
  {
    method: 'POST',
    path: '/v1/suspend',
    answer: ({ body }, { controller }) => controller.suspend(suspendRequest(body)),
  },
  {
    method: 'POST',
    path: '/v1/resume',
    answer: ({ body }, { controller }) => controller.resume(operationRequest(body)),
  },
  { method: 'GET', path: '/v1/events/past', answer: async (call, context) => pastEvents(call, context) },
  { method: 'GET', path: '/v1/at', answer: async (call, context) => at(call, context) },
  { method: 'GET', path: '/v1/logs', answer: (_, context) => logFiles(context) },
  { method: 'GET', path: '/v1/log-level', answer: async (_, { volume }) => logLevelAnswer(volume) },
  { method: 'POST', path: '/v1/log-level', answer: async ({ body }, context) => setLogLevel(body, context) },
  { method: 'GET', path: '/metrics', answer: (_, context) => metricsAnswer(context) },
  { method: 'POST', path: '/v1/shutdown', answer: ({ body }, context) => shutdown(body, context) },
]

const verbs: readonly UnitVerb[] = ['start', 'stop', 'restart', 'reload', 'kill', 'send', 'freeze', 'thaw']

const verb = async ({ params, body }: Call, { controller }: RouteContext): Promise<unknown> =>
  controller.verb(params['name']!, verbOf(params), verbRequest(body))

const verbOf = (params: Call['params']): UnitVerb => {
  const asked = verbs.find((candidate) => candidate === params['verb'])
  if (asked === undefined) throw badRequest(`"${params['verb']}" is none of ${verbs.join(', ')}`)
  return asked
}

/** One that fails is no reason for the others to fail. */
const verbForMany = async (
  { params, body }: Call,
  { controller, log }: RouteContext,
): Promise<ManyVerbsAnswer> => {
  const asked = verbOf(params)
  const { units, ...request } = manyVerbsRequest(body)
  const one = async (unit: string): Promise<VerbAnswer | ErrorAnswer> => {
    try {
      return await controller.verb(unit, asked, request)
    } catch (error) {
      if (!(error instanceof GitprocError)) log.error('request met a bug', { unit, verb: asked, error })
      return failedAnswer(error).body
    }
  }
  return { answers: await Promise.all(units.map(one)) }
}

const defaultHistory = 20
const maxHistory = 1000

const history = async ({ query }: Call, controller: Controller): Promise<unknown> => {
  const limit = Number(query.get('limit') ?? defaultHistory)
  if (!Number.isInteger(limit) || limit < 1 || limit > maxHistory)
    throw badRequest(`"limit" wants a number from 1 to ${maxHistory}`)
  const unit = query.get('unit')
  return controller.history({ limit, ...(unit === null ? {} : { unit }) })
}

const unitMetrics = async (
  { params, query }: Call,
  { controller, metrics }: RouteContext,
): Promise<UnitMetricsAnswer> => {
  const count = pointsWanted(query)
  const unit = await controller.unit(params['name']!)
  return unitMetricsAnswer(unit, metrics.points(unit.name), count)
}

const logFiles = async ({ controller, logDirectory }: RouteContext): Promise<LogFilesAnswer> => {
  const { units } = await controller.status({ withEdits: false })
  return { directory: logDirectory, units: units.map((unit) => unit.name) }
}

const logLevelAnswer = ({ level }: LogVolume): LogLevelAnswer => ({ level })

const setLogLevel = (body: Fields, { volume, log }: RouteContext): LogLevelAnswer => {
  const { who, level } = logLevelRequest(body)
  const from = volume.level
  // Told at the more talkative of both levels: whoever misses lines later finds out why.
  if (logLevels.indexOf(level) > logLevels.indexOf(from)) volume.level = level
  if (from !== level) log.info('level of this log changed', { from, to: level, who })
  volume.level = level
  return logLevelAnswer(volume)
}

const shutdown = async (body: Fields, context: RouteContext): Promise<ShutdownAnswer> => {
  context.shutdown(shutdownRequest(body).who)
  return { isEnding: true }
}
