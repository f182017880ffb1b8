/** `gitproc status [NAME…]`: everything at a glance, or one unit in detail with its last lines of output. */
import * as Args from '@oclif/core/args'
import type { StatusAnswer, UnitView } from '../../api/contract.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson, type Session } from '../gitproc-command.ts'
import { atFlag, clientFlags, outputFlag, utcFlag } from '../global-flags.ts'
import { renderStatus } from '../render/status.ts'
import { renderUnit } from '../render/unit-detail.ts'
import { fullName } from '../render/words.ts'
import { showAllAt } from '../show-past.ts'

export default class Status extends GitprocCommand {
  static override summary = 'Shows what runs, at which commit, how it is, and what wants attention.'
  static override description =
    'COMMIT is the last commit that changed the definition of a unit; CPU is the average since its start.'
  static override args = { name: Args.string({ description: 'units to show in detail', multiple: true }) }
  static override flags = { at: atFlag, output: outputFlag, utc: utcFlag, ...clientFlags }
  static override examples = [
    '$ gitproc status',
    '$ gitproc status web',
    "$ gitproc status -o json | jq '.units[] | {name, subState, restarts}'",
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Status)
    const session = this.session(flags)
    const names = args.name ?? []
    if (flags.at !== undefined) {
      await showAllAt(session, flags.at)
      return exitStatuses.done.status
    }
    return names.length === 0 ? showAll(session) : showUnits(names.map(fullName), session)
  }
}

const showAll = async ({ daemon, look, isJson }: Session): Promise<number> => {
  const status = await daemon.get<StatusAnswer>('/v1/status')
  if (isJson) printJson(status)
  else print(renderStatus(status, look))
  return exitStatuses.done.status
}

const showUnits = async (names: readonly string[], session: Session): Promise<number> => {
  const { daemon, look, isJson } = session
  const units = await Promise.all(
    names.map((name) => daemon.get<UnitView>(`/v1/units/${encodeURIComponent(name)}`)),
  )
  if (isJson) {
    printJson(units.length === 1 ? units[0] : units)
    return exitStatuses.done.status
  }
  const around = await daemon.get<StatusAnswer>('/v1/status')
  const { lastLines } = await import('../last-lines.ts')
  for (const [index, unit] of units.entries()) {
    if (index > 0) print([''])
    print(renderUnit(unit, around, look))
    print(await lastLines(unit.name, session))
  }
  return exitStatuses.done.status
}
