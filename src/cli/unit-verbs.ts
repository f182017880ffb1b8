/** What start, stop, restart, reload and kill have in common: asking for many units, and telling what came of each. */
import type { StatusAnswer } from '../api/contract.ts'
import type { ManyVerbsAnswer, UnitVerb, VerbAnswer, VerbRequest } from '../api/requests.ts'
import { GitprocError } from '../base/error.ts'
import { failureIn } from './client.ts'
import { exitStatuses } from './exit-status.ts'
import { describeFailure } from './failure.ts'
import { print, printJson, remark, type Session } from './gitproc-command.ts'
import { withProgress } from './progress.ts'
import { type Asked, hasFailed, renderVerb } from './render/verb.ts'
import { fullName } from './render/words.ts'
import { startWaves, stopWaves } from './stop-waves.ts'
import { whoAsks } from './who.ts'

export interface VerbCall {
  readonly verb: UnitVerb
  readonly names: readonly string[]
  /** Every unit instead of named ones. */
  readonly all: boolean
  readonly request: Omit<VerbRequest, 'who'>
}

/** Gives the exit status: that of the first unit for which it failed. */
export const runVerb = async (call: VerbCall, session: Session): Promise<number> => {
  const waves = call.all ? await allUnits(call.verb, session) : [namesOf(call)]
  const concerned = new Set(waves.flat())
  const isShown = (event: { readonly unit?: string | undefined }): boolean => concerned.has(event.unit ?? '')
  const results = await withProgress(session, isShown, async () => {
    const done: Result[] = []
    for (const wave of waves) done.push(...(await askAll(wave, call, session)))
    return done
  })
  const isHeld = call.verb === 'stop' && call.request.hold !== false
  report({ verb: call.verb, isHeld, untilMs: call.request.untilMs }, results, session)
  return results.find((result) => result.status !== 0)?.status ?? exitStatuses.done.status
}

const namesOf = ({ verb, names }: VerbCall): readonly string[] => {
  if (names.length > 0) return [...new Set(names.map(fullName))]
  const which = verb === 'start' || verb === 'stop' ? 'name units, or say --all' : 'name units'
  throw new GitprocError('cli/usage', `which units shall gitproc ${verb}?`, { remedy: which })
}

const allUnits = async (verb: UnitVerb, { daemon }: Session): Promise<readonly (readonly string[])[]> => {
  const { units } = await daemon.get<StatusAnswer>('/v1/status')
  const wanted = units.filter((unit) => unit.isWanted || unit.activeState !== 'inactive')
  return verb === 'start' ? startWaves(wanted) : stopWaves(wanted)
}

interface Result {
  readonly status: number
  readonly answer?: VerbAnswer
  readonly error?: unknown
}

/** The daemon takes requests of 64 KiB. */
const namesAtOnce = 200

const askAll = async (
  names: readonly string[],
  call: VerbCall,
  session: Session,
): Promise<readonly Result[]> => {
  const parts = Array.from({ length: Math.ceil(names.length / namesAtOnce) }, (_, part) =>
    names.slice(part * namesAtOnce, (part + 1) * namesAtOnce),
  )
  const results = await Promise.all(parts.map((part) => ask(part, call, session)))
  return results.flat()
}

const ask = async (
  units: readonly string[],
  { verb, request }: VerbCall,
  { daemon }: Session,
): Promise<readonly Result[]> => {
  const path = `/v1/verbs/${verb}`
  try {
    const { answers } = await daemon.post<ManyVerbsAnswer>(path, { ...request, who: whoAsks(), units })
    return answers.map((answer) => ('error' in answer ? failure(failureIn(answer, path)) : success(answer)))
  } catch (error) {
    return units.map(() => failure(error))
  }
}

const success = (answer: VerbAnswer): Result => ({
  status: hasFailed(answer) ? exitStatuses.failed.status : exitStatuses.done.status,
  answer,
})

const failure = (error: unknown): Result => ({
  status: describeFailure(error, { width: 80, hasColor: false, isUtc: false, nowMs: 0 }).status,
  error,
})

const report = (asked: Asked, results: readonly Result[], { look, isJson }: Session): void => {
  const answers = results.flatMap((result) => (result.answer ? [result.answer] : []))
  if (isJson) printJson(answers)
  else for (const answer of answers) print(renderVerb(asked, answer, look))
  const failures = results
    .filter((result) => result.error !== undefined)
    .map((result) => describeFailure(result.error, look).lines)
  // A daemon that does not run is one failure, not one for each unit.
  for (const text of new Set(failures.map((lines) => lines.join('\n')))) remark(text)
}
