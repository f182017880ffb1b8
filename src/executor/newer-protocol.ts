/** What a newer gitproc has left in the run directory: this one does not know what its files mean, and keeps away from them. */
import { GitprocError } from '../base/error.ts'
import type { ProcessKey } from './executor.ts'
import { protocolVersion, type RunDirectory, type SavedLaunch } from './run-directory.ts'

export class NewerRemains {
  readonly #files: RunDirectory
  readonly #tell: (words: string) => void
  readonly #units = new Set<string>()

  /** `tell`: a sentence for each unit, for `status`. */
  constructor(files: RunDirectory, tell: (words: string) => void) {
    this.#files = files
    this.#tell = tell
  }

  /** Whether that process is one of them, from now on remembered. */
  include({ unit }: ProcessKey, saved: SavedLaunch | undefined): boolean {
    if (!isOfNewer(saved)) return false
    if (!this.#units.has(unit)) this.#tell(wordsAbout(unit, saved!.protocol))
    this.#units.add(unit)
    return true
  }

  /** Throws as long as something of it is there: never two mains of one unit. */
  refuseBeside(unit: string): void {
    if (!this.#units.has(unit)) return
    const files = this.#files
    const newer = files.keys().find((key) => key.unit === unit && isOfNewer(files.launch(key)))
    if (newer === undefined) return void this.#units.delete(unit)
    throw new GitprocError(
      'executor/unsupported',
      `a newer gitproc has started ${unit}, which is left alone`,
      {
        remedy: `let the newer gitproc stop it, or remove ${files.invocation(newer)} once its processes have ended`,
      },
    )
  }
}

const wordsAbout = (unit: string, protocol: number): string =>
  `${unit} was started by a newer gitproc (run directory of protocol ${protocol}, this one knows ${protocolVersion}): it is left alone`

const isOfNewer = (saved: SavedLaunch | undefined): boolean =>
  saved !== undefined && saved.protocol > protocolVersion
