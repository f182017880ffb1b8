/**
 * How a unit's lines are to be understood, kept beside them: whoever reads needs neither the daemon nor the unit's
 * definition, which may be gone by then. Written only where it is not the usual.
 */
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere } from './stream-head.ts'
import { fileMode } from './unit-directory.ts'

export interface LineSettings {
  /** SyslogIdentifier= */
  readonly identifier?: string | undefined
  /** LogLevelMax=: what is less urgent is not shown. 0 (emerg) to 7 (debug). */
  readonly maxPriority?: number | undefined
  /** SyslogLevel=: the priority of a line without prefix. */
  readonly defaultPriority?: number | undefined
  /** SyslogLevelPrefix=no: `<N>` is text like any other. */
  readonly hasLevelPrefix?: boolean | undefined
}

const pathIn = (directory: string): string => join(directory, 'lines')

export const writeLineSettings = (directory: string, settings: LineSettings): void => {
  const path = pathIn(directory)
  const given = Object.entries(settings).filter(([, value]) => value !== undefined)
  const text = given.length === 0 ? undefined : JSON.stringify({ version: 1, ...Object.fromEntries(given) })
  if (text === readIfThere(path)) return
  if (text === undefined) {
    rmSync(path, { force: true })
    return
  }
  writeFileSync(`${path}.tmp`, text, { mode: fileMode })
  renameSync(`${path}.tmp`, path)
}

export const readLineSettings = (directory: string): LineSettings => {
  const text = readIfThere(pathIn(directory))
  if (text === undefined) return {}
  try {
    return JSON.parse(text) as LineSettings
  } catch {
    // Written anew at the next start; until then lines look as they usually do.
    return {}
  }
}

/** Changes whenever they do. */
export const lineSettingsStamp = (directory: string): string => {
  const stat = statSync(pathIn(directory), { throwIfNoEntry: false })
  return stat === undefined ? '' : `${stat.ino} ${stat.mtimeMs}`
}
