/** Which commit last changed a path: one walk answers for many paths, and the next tip only walks what is new. */
import type { Commit } from './commit.ts'
import { folderTree, readTree, recordAt } from './folder.ts'
import { CommitQueue, type History } from './history.ts'
import { LruMap } from './lru-map.ts'
import type { ObjectStore } from './object-store.ts'
import { byteName, changedRecords, isTree, parseTree, readableName, type TreeChange } from './tree.ts'

/** A path that has not changed within these bounds has no answer: `status` must not read years of history. */
export interface WalkBounds {
  readonly commits: number
  readonly treeBytes: number
}
export const defaultBounds: WalkBounds = { commits: 20_000, treeBytes: 512 * 1024 * 1024 }

/** How many commits are looked at before others get their turn. */
const commitsAtOnce = 4

/** How many commits on top of what is known are followed one by one. */
const commitsInARow = 100

interface Answers {
  readonly at: string
  /** Undefined for a path that was asked for and has no answer within the bounds. */
  readonly byPath: Map<string, Commit | undefined>
}

export class LastChanges {
  readonly #objects: ObjectStore
  readonly #history: History
  readonly #folder: readonly string[]
  readonly #bounds: WalkBounds
  /** A walk from a later commit that comes by here needs to go no further. */
  #known: Answers = { at: '', byPath: new Map() }

  constructor(objects: ObjectStore, history: History, folder: readonly string[], bounds = defaultBounds) {
    this.#objects = objects
    this.#history = history
    this.#folder = folder
    this.#bounds = bounds
  }

  /** Path of the watched folder → the newest commit, not after `sha`, that changed it. A directory counts as one path. */
  async find(sha: string, paths: readonly string[]): Promise<ReadonlyMap<string, Commit>> {
    this.#advance(sha)
    const { at, byPath } = this.#known
    const unknown = at === sha ? paths.filter((path) => !byPath.has(byteName(path))) : paths
    if (unknown.length > 0) await this.#walk(sha, unknown.map(byteName))
    const found = new Map<string, Commit>()
    for (const path of paths) {
      const commit = this.#known.byPath.get(byteName(path))
      if (commit !== undefined) found.set(path, commit)
    }
    return found
  }

  /**
   * Names in the watched folder that the commits since `earlier` touch, directories as a whole; undefined where those commits do
   * not lie in a row, or are too many.
   */
  touchedSince(earlier: string, sha: string): ReadonlySet<string> | undefined {
    const steps = this.#inARow(earlier, sha)
    if (steps === undefined) return undefined
    const trees = new FolderTrees(this.#objects, this.#folder)
    const changes = steps.flatMap(([parent, commit]) => trees.changes(parent, commit))
    return new Set(changes.map(({ name }) => readableName(name)))
  }

  /** Where commits lie in a row on top of what is known, only what they changed has another answer. */
  #advance(sha: string): void {
    const { at, byPath } = this.#known
    const steps = at === '' || at === sha ? undefined : this.#inARow(at, sha)
    if (steps === undefined) return
    const trees = new FolderTrees(this.#objects, this.#folder)
    const nested = once(() => pathsBelow(byPath.keys()))
    const changed = new Map<string, Commit>()
    for (const step of steps) for (const path of changedPaths(trees, step, nested)) changed.set(path, step[1])
    for (const [path, commit] of changed) if (byPath.has(path)) byPath.set(path, commit)
    this.#known = { at: sha, byPath }
  }

  /** Commits after `earlier` up to `sha`, oldest first, each with its only parent. */
  #inARow(earlier: string, sha: string): readonly (readonly [Commit, Commit])[] | undefined {
    const steps: (readonly [Commit, Commit])[] = []
    for (let commit = this.#history.commit(sha); commit.oid !== earlier; ) {
      const [parent, other] = this.#history.parents(commit)
      if (parent === undefined || other !== undefined || commit.parents.length > 1) return undefined
      if (steps.push([parent, commit]) > commitsInARow) return undefined
      commit = parent
    }
    return steps.reverse()
  }

  async #walk(sha: string, names: readonly string[]): Promise<void> {
    const answers: Answers = { at: sha, byPath: new Map() }
    const walk = new Walk(this.#history, new FolderTrees(this.#objects, this.#folder), names)
    walk.ask(this.#history.commit(sha), new Set(names))
    for (
      let visited = 1;
      walk.bytesRead < this.#bounds.treeBytes && visited <= this.#bounds.commits;
      visited++
    ) {
      if (!walk.step(this.#known, answers)) break
      if (visited % commitsAtOnce === 0) await yieldToOthers()
    }
    for (const name of names) if (!answers.byPath.has(name)) answers.byPath.set(name, undefined)
    this.#remember(answers)
  }

  /** A walk for a part of the paths adds to what is known of the same commit. */
  #remember(answers: Answers): void {
    if (this.#known.at !== answers.at) this.#known = answers
    else for (const [path, commit] of answers.byPath) this.#known.byPath.set(path, commit)
  }
}

/** Most commits change no directory: what lies in them is not looked for before one does. */
const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Name in the folder → those of these paths that lie below it. */
const pathsBelow = (paths: Iterable<string>): ReadonlyMap<string, readonly string[]> => {
  const below = [...paths].filter((path) => path.includes('/'))
  return Map.groupBy(below, (path) => path.slice(0, path.indexOf('/')))
}

/** Names in the folder at which two commits differ, and which of the paths below them do. */
function* changedPaths(
  trees: FolderTrees,
  [before, after]: readonly [Commit, Commit],
  nested: () => ReadonlyMap<string, readonly string[]>,
): Generator<string> {
  for (const change of trees.changes(before, after)) {
    yield change.name
    if (![change.before, change.after].some((record) => record !== undefined && isTree(record))) continue
    for (const path of nested().get(change.name) ?? []) if (trees.differsBelow(change, path)) yield path
  }
}

/** Which paths are still asked of which commits, newest commit first. */
class Walk {
  readonly #history: History
  readonly #trees: FolderTrees
  readonly #queue = new CommitQueue()
  readonly #asked = new Map<string, Set<string>>()
  /** Name in the folder → asked paths below it, made when it is first needed. */
  readonly #nested: () => ReadonlyMap<string, readonly string[]>

  constructor(history: History, trees: FolderTrees, paths: readonly string[]) {
    this.#history = history
    this.#trees = trees
    this.#nested = once(() => pathsBelow(paths))
  }

  get bytesRead(): number {
    return this.#trees.bytesRead
  }

  /** Takes the set over: it is changed as the walk goes on. */
  ask(commit: Commit, paths: Set<string>): void {
    if (paths.size === 0) return
    const asked = this.#asked.get(commit.oid)
    if (asked === undefined) {
      this.#asked.set(commit.oid, paths)
      this.#queue.push(commit)
    } else {
      for (const path of paths) asked.add(path)
    }
  }

  /** Looks at one commit; false when nothing is asked any more. */
  step(known: Answers, answers: Answers): boolean {
    const commit = this.#queue.pop()
    if (commit === undefined) return false
    const asked = this.#asked.get(commit.oid) as Set<string>
    this.#asked.delete(commit.oid)
    if (commit.oid === known.at) takeKnown(asked, known, answers)
    this.#visit(commit, asked, answers)
    return true
  }

  /** Hands each path to the first parent that has it unchanged; the rest was changed here (git-log(1), simplification). */
  #visit(commit: Commit, asked: Set<string>, answers: Answers): void {
    const parents = this.#history.parents(commit)
    // Cut off here: what was changed before that is not known, and not this commit's doing.
    if (parents.length < commit.parents.length) return
    let rest = asked
    for (const parent of parents) {
      if (rest.size === 0) return
      const changed = this.#takeChanged(rest, commit, parent)
      this.ask(parent, rest)
      rest = changed
    }
    const exists = parents.length > 0 || rest.size === 0 ? () => true : this.#trees.presence(commit)
    for (const path of rest) if (exists(path)) answers.byPath.set(path, commit)
  }

  /** Moves the paths that differ from `paths` into the result: costs what the commit changed, not what is asked. */
  #takeChanged(paths: Set<string>, commit: Commit, parent: Commit): Set<string> {
    const changed = new Set<string>()
    for (const path of changedPaths(this.#trees, [parent, commit], this.#nested))
      if (paths.delete(path)) changed.add(path)
    return changed
  }
}

const takeKnown = (asked: Set<string>, known: Answers, answers: Answers): void => {
  for (const path of asked) {
    if (!known.byPath.has(path)) continue
    answers.byPath.set(path, known.byPath.get(path))
    asked.delete(path)
  }
}

/** The watched folder at different commits. */
class FolderTrees {
  readonly #objects: ObjectStore
  readonly #folder: readonly string[]
  /** One commit's tree is its child's other side. */
  readonly #recent = new LruMap<string, Buffer>(4)
  bytesRead = 0

  constructor(objects: ObjectStore, folder: readonly string[]) {
    this.#objects = objects
    this.#folder = folder
  }

  changes(before: Commit, after: Commit): TreeChange[] {
    if (before.tree === after.tree) return []
    const [old, young] = [this.#tree(before), this.#tree(after)]
    return old === young ? [] : changedRecords(this.#read(old), this.#read(young))
  }

  /** Whether a path below a changed directory differs, too. */
  differsBelow(change: TreeChange, path: string): boolean {
    const parts = path.split('/').slice(1)
    const [old, young] = [change.before, change.after].map((record) =>
      record === undefined ? undefined : recordAt(this.#objects, record.oid, parts),
    )
    return old?.oid !== young?.oid || old?.mode !== young?.mode
  }

  /** What tells whether a path is there at a commit. */
  presence(commit: Commit): (path: string) => boolean {
    const tree = this.#tree(commit)
    const names = new Set(parseTree(this.#read(tree)).map((record) => record.name))
    return (path) =>
      path.includes('/') ? recordAt(this.#objects, tree, path.split('/')) !== undefined : names.has(path)
  }

  #tree(commit: Commit): string {
    return folderTree(this.#objects, commit.tree, this.#folder)
  }

  #read(oid: string): Buffer {
    const recent = this.#recent.get(oid)
    if (recent !== undefined) return recent
    const bytes = readTree(this.#objects, oid)
    this.#recent.set(oid, bytes)
    this.bytesRead += bytes.length
    return bytes
  }
}

/** Lets the daemon answer others while a long history is read. */
export const yieldToOthers = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
