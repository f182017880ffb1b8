/** `gitproc run NAME`: one service, once, in the foreground, without a repository or daemon. */
import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, printJson, remark } from '../gitproc-command.ts'
import { daemonFlags, outputFlag } from '../global-flags.ts'
import { diagnosticLine } from '../render/diagnostics.ts'
import { renderRun } from '../render/run.ts'
import { lookOf } from '../terminal.ts'
import { findUnit } from '../unit-source.ts'
import { whoAsks } from '../who.ts'

export default class Run extends GitprocCommand {
  static override summary = 'Runs a service once, in the foreground, without a repository or daemon.'
  static override description =
    'With its environment, user, limits and commands as the daemon would run it, so that it can be tried before it is committed. Restart= is not honoured, and other units that it asks for are not started. A unit that stays active with nothing running is stopped at the end. Ctrl-C stops it as its file says, a second one kills it. Its output goes to the terminal; with -o json all of it to stderr. Exit status: 0 if it succeeded, 1 if it failed or could not be loaded.'
  static override args = { name: Args.string({ description: 'the service', required: true }) }
  static override flags = {
    path: Flags.string({ description: 'the folder of unit files', helpValue: 'DIR', default: '.' }),
    wait: Flags.boolean({
      description: 'until it has ended: always so, accepted as in systemctl',
      default: true,
    }),
    output: outputFlag,
    config: daemonFlags.config,
    'cgroup-root': daemonFlags['cgroup-root'],
    'private-pids': daemonFlags['private-pids'],
  }
  static override examples = [
    '$ gitproc run web',
    '$ gitproc run web@a --path services/',
    '$ gitproc run job --path services/ --wait -o json',
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Run)
    // Not the key `path` of the configuration, which is a folder within the repository.
    const { path, ...settings } = flags
    const { config, isJson } = this.session(settings)
    const { unit } = await findUnit({ name: args.name, path, revision: undefined }, config)
    const look = lookOf(process.stderr, process.env, false)
    if (!isJson) for (const diagnostic of unit.diagnostics) remark(diagnosticLine(diagnostic, look))
    const found = { load_state: unit.loadState, diagnostics: unit.diagnostics }
    const obstacle = obstacleOf(unit)
    if (obstacle !== undefined) {
      if (isJson) printJson({ unit: unit.name, succeeded: false, reason: obstacle, ...found })
      remark(`gitproc: ${unit.name}: ${obstacle}`)
      return exitStatuses.failed.status
    }
    const { runUnit } = await import('../../run-unit.ts')
    const [stdout, stderr] = [outputTo(isJson ? 2 : 1), outputTo(2)]
    const report = await runUnit(unit, {
      unitDirectory: resolve(path),
      settings: config,
      stdout,
      stderr,
      who: whoAsks(),
      onInterrupt: (interrupted) => onInterrupt(interrupted, [stdout, stderr]),
    })
    await Promise.all([flushed(stdout), flushed(stderr)])
    if (isJson) printJson({ ...report, ...found })
    else for (const line of renderRun(report, look)) remark(line)
    return report.succeeded ? exitStatuses.done.status : exitStatuses.failed.status
  }
}

/** Why a unit can't be run, whatever the host; undefined where it can be tried. */
const obstacleOf = ({ loadState, isTemplate, type }: LoadedUnit): string | undefined => {
  if (loadState === 'masked') return 'it is masked'
  if (loadState !== 'loaded') return 'its files have errors that systemd refuses, too'
  if (isTemplate) return 'it is a template: name an instance of it'
  return type === 'service' ? undefined : `it is a ${type} unit: only services can be run`
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Whoever reads the output may leave at any time (`gitproc run web | head`): that is an interrupt, too. */
const onInterrupt = (interrupted: () => void, outputs: readonly Writable[]): (() => void) => {
  for (const signal of signals) process.on(signal, interrupted)
  let hasLeft = false
  const left = (): void => {
    if (!hasLeft) interrupted()
    hasLeft = true
  }
  for (const output of outputs) output.on('close', left)
  return () => {
    for (const signal of signals) process.off(signal, interrupted)
    for (const output of outputs) output.off('close', left)
  }
}

/** Streams of their own: an error of ours ends the process, and the unit would be left alone. */
const outputTo = (fd: number): Writable => {
  const output = createWriteStream('', { fd, autoClose: false })
  output.on('error', () => output.destroy())
  return output
}

const flushed = (output: Writable): Promise<void> =>
  new Promise((resolve) => (output.writable ? output.end(resolve) : resolve()))
