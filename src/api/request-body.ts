/** The body of a request: read up to a limit, parsed, and every field checked before anything is done with it. */
import type { IncomingMessage } from 'node:http'
import { GitprocError } from '../base/error.ts'
import { logLevels } from '../base/log.ts'
import type {
  LogLevelRequest,
  OperationRequest,
  RollbackRequest,
  ShutdownRequest,
  SuspendRequest,
  SyncRequest,
  VerbRequest,
} from './requests.ts'

/** Room for the names of ten thousand units, each as long as a name may be. */
const maxBodyBytes = 4 * 1024 * 1024

export type Fields = Readonly<Record<string, unknown>>

/** The JSON object of the body; `{}` where there is none. Fails `api/bad-request`. */
export const readBody = async (request: IncomingMessage): Promise<Fields> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += (chunk as Buffer).length
    if (length > maxBodyBytes) throw badRequest(`the request is larger than ${maxBodyBytes} bytes`)
    chunks.push(chunk as Buffer)
  }
  return length === 0 ? {} : parseObject(Buffer.concat(chunks).toString('utf8'))
}

const parseObject = (text: string): Fields => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw badRequest('the request is no JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('the request is no JSON object')
  return value as Fields
}

export const verbRequest = (fields: Fields): VerbRequest =>
  onlyKnown(fields, {
    who: text(fields, 'who') ?? anonymous,
    reason: text(fields, 'reason'),
    hold: flag(fields, 'hold'),
    untilMs: milliseconds(fields, 'untilMs'),
    wait: flag(fields, 'wait'),
    signal: signalName(fields),
    whom: oneOf(fields, 'whom', ['main', 'control', 'all']),
    data: base64(fields, 'data'),
  })

export const manyVerbsRequest = ({
  units,
  ...fields
}: Fields): VerbRequest & { readonly units: readonly string[] } => {
  if (
    !Array.isArray(units) ||
    !units.every((unit) => typeof unit === 'string' && unit.length <= maxTextLength)
  )
    throw badRequest('"units" wants a list of names')
  return { ...verbRequest(fields), units: units as string[] }
}

export const syncRequest = (fields: Fields): SyncRequest =>
  onlyKnown(fields, {
    who: text(fields, 'who') ?? anonymous,
    wait: flag(fields, 'wait'),
    retry: flag(fields, 'retry'),
    prune: flag(fields, 'prune'),
    now: flag(fields, 'now'),
    allowRewind: flag(fields, 'allowRewind'),
    plan: text(fields, 'plan'),
    confirmWithinMs: milliseconds(fields, 'confirmWithinMs'),
    agoMs: milliseconds(fields, 'agoMs'),
  })

export const rollbackRequest = (fields: Fields): RollbackRequest =>
  onlyKnown(fields, {
    who: text(fields, 'who') ?? anonymous,
    revision: text(fields, 'revision'),
    pin: flag(fields, 'pin'),
    reason: text(fields, 'reason'),
    dryRun: flag(fields, 'dryRun'),
    wait: flag(fields, 'wait'),
  })

export const operationRequest = (fields: Fields): OperationRequest =>
  onlyKnown(fields, { who: text(fields, 'who') ?? anonymous, reason: text(fields, 'reason') })

export const suspendRequest = (fields: Fields): SuspendRequest =>
  onlyKnown(fields, {
    who: text(fields, 'who') ?? anonymous,
    reason: text(fields, 'reason'),
    untilMs: milliseconds(fields, 'untilMs'),
  })

export const shutdownRequest = (fields: Fields): ShutdownRequest =>
  onlyKnown(fields, { who: text(fields, 'who') ?? anonymous })

export const logLevelRequest = (fields: Fields): LogLevelRequest => {
  const level = oneOf(fields, 'level', logLevels)
  if (level === undefined) throw badRequest(`"level" wants one of ${logLevels.join(', ')}`)
  return onlyKnown(fields, { who: text(fields, 'who') ?? anonymous, level })
}

/** Who asks when nobody says so: it stands in history and holds, so it has to have a name. */
const anonymous = 'somebody on the socket'

type Present<T> = { [Key in keyof T]: Exclude<T[Key], undefined> }

/** Drops what was not given, and refuses what the contract does not know: a misspelled field is never ignored. */
const onlyKnown = <T extends object>(fields: Fields, known: T): Present<T> => {
  const unknown = Object.keys(fields).find((name) => !(name in known))
  if (unknown !== undefined)
    throw badRequest(`the request has an unknown field "${unknown}"; known: ${Object.keys(known).join(', ')}`)
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Present<T>
}

const maxTextLength = 1000

const text = (fields: Fields, name: string): string | undefined => {
  const value = fields[name]
  if (value === undefined) return undefined
  if (typeof value !== 'string' || value.length > maxTextLength)
    throw badRequest(`"${name}" wants a text of at most ${maxTextLength} characters`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal or a commit message
  return value.replace(/[\x00-\x1f\x7f]/g, ' ')
}

const base64 = (fields: Fields, name: string): string | undefined => {
  const value = fields[name]
  if (value === undefined || (typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value))) return value
  throw badRequest(`"${name}" wants base64`)
}

const flag = (fields: Fields, name: string): boolean | undefined => {
  const value = fields[name]
  if (value === undefined || typeof value === 'boolean') return value
  throw badRequest(`"${name}" wants true or false`)
}

/** Of a span, or since the epoch. */
const milliseconds = (fields: Fields, name: string): number | undefined => {
  const value = fields[name]
  if (value === undefined) return undefined
  if (typeof value === 'number' && value > 0 && value <= latestMs) return value
  throw badRequest(`"${name}" wants milliseconds`)
}

/** The last moment that Date knows. */
const latestMs = 8.64e15

const oneOf = <T extends string>(fields: Fields, name: string, choices: readonly T[]): T | undefined => {
  const value = text(fields, name)
  if (value === undefined || choices.includes(value as T)) return value as T | undefined
  throw badRequest(`"${name}" wants one of ${choices.join(', ')}`)
}

const signalName = (fields: Fields): string | undefined => {
  const value = text(fields, 'signal')
  if (value === undefined || /^SIG[A-Z0-9+-]{2,12}$/.test(value)) return value
  throw badRequest(`"signal" wants the name of a signal such as SIGHUP, got "${value}"`)
}

export const badRequest = (message: string): GitprocError => new GitprocError('api/bad-request', message)
