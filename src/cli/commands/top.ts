/** `gitproc top`: units, live, on the whole screen; once, where the output is no terminal. */
import { setTimeout as delay } from 'node:timers/promises'
import type { ReadStream } from 'node:tty'
import * as Flags from '@oclif/core/flags'
import type { StatusAnswer } from '../../api/contract.ts'
import { GitprocError } from '../../base/error.ts'
import { parseTimeSpan } from '../../units/time-span/time-span.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson, type Session } from '../gitproc-command.ts'
import { clientFlags, outputFlag, utcFlag } from '../global-flags.ts'
import { snapshot } from '../render/top/screen.ts'
import { logDirectory } from '../show-logs.ts'
import { answered, firstState } from '../top/answered.ts'
import { runLiveTop } from '../top/live-top.ts'
import { shownUnits, sortKeys, type TopState } from '../top/top-state.ts'

export default class Top extends GitprocCommand {
  static override summary = 'Shows units as they run: CPU, memory, restarts, and the log of one.'
  static override description =
    'On a terminal it stays until q, with ? for its keys; elsewhere it prints one look, with the CPU share of half a second.'
  static override flags = {
    sort: Flags.option({ description: 'what to sort by', options: sortKeys, default: 'cpu' as const })(),
    filter: Flags.string({
      description: 'only units with this in their name',
      helpValue: 'TEXT',
      default: '',
    }),
    delay: Flags.string({
      char: 'd',
      description: 'time between two looks',
      helpValue: 'SPAN',
      default: '2s',
    }),
    output: outputFlag,
    utc: utcFlag,
    ...clientFlags,
  }
  static override examples = ['$ gitproc top', '$ gitproc top --sort memory', '$ gitproc top -o json']

  async run(): Promise<number> {
    const { flags } = await this.parse(Top)
    const session = this.session(flags)
    const delayMs = delayOf(flags.delay)
    const { daemon, look, isJson } = session
    const first = firstState(await daemon.get<StatusAnswer>('/v1/status'), { ...flags, look }, Date.now())
    const { stdin: input, stdout: output } = process
    if (isJson || !output.isTTY || !input.isTTY) return showOnce(first, session)
    return runLiveTop(first, {
      daemon,
      delayMs,
      input: input as ReadStream,
      output,
      logDirectory: await logDirectory(session),
    })
  }
}

const shortestDelayMs = 100

const delayOf = (text: string): number => {
  const delayMs = (parseTimeSpan(text) ?? Number.NaN) / 1000
  if (delayMs >= shortestDelayMs && Number.isFinite(delayMs)) return delayMs
  throw new GitprocError(
    'cli/usage',
    `--delay wants a time span of ${shortestDelayMs}ms or more, got "${text}"`,
    {
      remedy: 'such as: 2s, 500ms',
    },
  )
}

/** A share of CPU needs two looks. */
const snapshotMs = 500

const showOnce = async (first: TopState, { daemon, look, isJson }: Session): Promise<number> => {
  await delay(snapshotMs)
  const state = answered(first, await daemon.get<StatusAnswer>('/v1/status'), Date.now())
  if (isJson)
    printJson(shownUnits(state).map((unit) => ({ ...unit, cpuCores: state.shares.cores.get(unit.name) })))
  else print(snapshot(state, look.width))
  return exitStatuses.done.status
}
