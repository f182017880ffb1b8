/**
 * The notes of a remote, to which every host that follows it adds: brought here, a line put below what is there, pushed as the
 * next commit. Who was slower begins again on top of what the faster one wrote, so that nothing is ever merged or lost.
 * They lie in a repository of their own: nothing of it holds up, or grows, the mirror that deployments are read from.
 */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { GitprocError } from '../../base/error.ts'
import { findGitDirectory } from '../git-directory.ts'
import { History } from '../history.ts'
import { type Note, noteCommit, notesRef } from '../notes.ts'
import { ObjectStore } from '../object-store.ts'
import { readRef } from '../refs.ts'
import { makeBare, packCount, setRef } from './bare-repository.ts'
import type { Transport } from './transport.ts'

export interface RemoteNotesParts {
  /** Where they are kept between two pushes. */
  readonly path: string
  readonly transport: Transport
  readonly clock: Clock
  readonly random: () => number
}

/** As often as somebody else may be faster, before it is left for later. */
const attempts = 8
const longestPauseMs = 250
/** With this many it is made anew, which takes one small fetch. */
const maxPacks = 64
const maxLooseDirectory = 8

export class RemoteNotes {
  readonly #parts: RemoteNotesParts

  constructor(parts: RemoteNotesParts) {
    this.#parts = parts
  }

  /** Fails as a push does, `git/moved` where others were faster each time. */
  async append(note: Note, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#tryOnce(note, signal)
      } catch (error) {
        if (attempt >= attempts || signal.aborted || !(error instanceof GitprocError)) throw error
        if (error.code === 'git/unreadable') rmSync(this.#parts.path, { recursive: true, force: true })
        else if (error.code !== 'git/moved') throw error
        await this.#pause(this.#parts.random() * longestPauseMs * attempt)
      }
    }
  }

  async #tryOnce(note: Note, signal: AbortSignal): Promise<void> {
    const { path, transport } = this.#parts
    prepare(path)
    const from = await this.#bring(signal)
    const commit = withObjects(path, (target) => noteCommit(target, from, note))
    if (commit === undefined) return
    await transport.push({ gitDir: path, commit, ref: notesRef }, signal)
    setRef(path, notesRef, commit)
  }

  /** Gives where the notes are at the remote, whose latest are here then. */
  async #bring(signal: AbortSignal): Promise<string | undefined> {
    const { path, transport } = this.#parts
    const tip = await transport.tip(notesRef, signal)
    const here = readRef(path, notesRef)
    if (tip === undefined || tip.sha === here) return tip?.sha
    const sha = await transport.fetch({ gitDir: path, ref: notesRef, depth: 1 }, signal)
    setRef(path, notesRef, sha)
    return sha
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#parts
    return new Promise((resolve) => clock.at(clock.now() + ms, resolve))
  }
}

const prepare = (path: string): void => {
  if (packCount(path) <= maxPacks && looseObjects(path) <= maxLooseDirectory) return
  rmSync(path, { recursive: true, force: true })
  makeBare(path, notesRef)
}

/** In one of the 256 directories, as `git gc --auto` guesses how many there are. */
const looseObjects = (path: string): number => {
  try {
    return readdirSync(join(path, 'objects/17')).length
  } catch {
    return 0
  }
}

const withObjects = <T>(path: string, work: (target: Parameters<typeof noteCommit>[0]) => T): T => {
  const directory = findGitDirectory(path)
  const objects = new ObjectStore(join(path, 'objects'))
  try {
    return work({ directory, objects, history: new History(objects, () => new Set()) })
  } finally {
    objects.close()
  }
}
