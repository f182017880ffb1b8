/** From a revision's name to the commit: refs, ids, the start of an id, steps back, the reflog. */
import { join } from 'node:path'
import { GitprocError } from '../base/error.ts'
import { type Commit, taggedObject } from './commit.ts'
import { readText } from './git-directory.ts'
import type { History } from './history.ts'
import type { ObjectStore } from './object-store.ts'
import { isRefName, readRef } from './refs.ts'
import { parseRevisionName, type RevisionStep } from './revision-name.ts'

export interface RevisionSource {
  readonly commonDir: string
  /** `HEAD` means the tip of the watched branch, which is git's own HEAD wherever the two are the same. */
  readonly branchRef: string
  readonly objects: ObjectStore
  readonly history: History
}

const shortestPrefix = 4
const candidatesShown = 5

/** Fails `git/bad-revision`. */
export const resolveRevision = (source: RevisionSource, text: string): Commit => {
  const { base, steps } = parseRevisionName(text)
  const [first, ...others] = steps
  if (first?.kind === 'reflog')
    return others.reduce(stepper(source, text), fromReflog(source, base, first.index, text))
  return steps.reduce(stepper(source, text), baseCommit(source, base, text))
}

const stepper =
  (source: RevisionSource, text: string) =>
  (commit: Commit, step: RevisionStep): Commit => {
    if (step.kind === 'reflog') throw unknown(text, '@{…} must follow the name of a branch')
    if (step.kind === 'parent')
      return step.number === 0 ? commit : parentOf(source, commit, step.number, text)
    let at = commit
    for (let count = 0; count < step.count; count++) at = parentOf(source, at, 1, text)
    return at
  }

const parentOf = (source: RevisionSource, commit: Commit, number: number, text: string): Commit => {
  const parent = source.history.parents(commit)[number - 1]
  if (parent === undefined) throw unknown(text, `${commit.oid.slice(0, 7)} has no parent ${number}`)
  return parent
}

const baseCommit = (source: RevisionSource, base: string, text: string): Commit => {
  if (/^[0-9a-f]{40}$/i.test(base)) return byPrefix(source, base.toLowerCase(), text)
  const ref = findRef(source, base)
  if (ref !== undefined) return commitById(source, ref.oid, text)
  if (/^[0-9a-f]+$/i.test(base) && base.length >= shortestPrefix && base.length < 40) {
    return byPrefix(source, base.toLowerCase(), text)
  }
  throw unknown(text, `there is no branch, tag or commit of that name`)
}

/** In the order of gitrevisions(7). */
const findRef = (
  source: RevisionSource,
  base: string,
): { readonly name: string; readonly oid: string } | undefined => {
  if (base === 'HEAD') return withOid(source, source.branchRef)
  if (!isRefName(base)) return undefined
  const names = base.startsWith('refs/')
    ? [base]
    : [
        `refs/${base}`,
        `refs/tags/${base}`,
        `refs/heads/${base}`,
        `refs/remotes/${base}`,
        `refs/remotes/${base}/HEAD`,
      ]
  for (const name of names) {
    const found = withOid(source, name)
    if (found !== undefined) return found
  }
  return undefined
}

const withOid = (
  source: RevisionSource,
  name: string,
): { readonly name: string; readonly oid: string } | undefined => {
  const oid = readRef(source.commonDir, name)
  return oid === undefined ? undefined : { name, oid }
}

/** Follows annotated tags to the commit. */
const commitById = (source: RevisionSource, oid: string, text: string): Commit => {
  const commit = peel(source, oid)
  if (commit === undefined) throw unknown(text, 'that names no commit')
  return commit
}

const peel = (source: RevisionSource, oid: string): Commit | undefined => {
  const object = source.objects.read(oid)
  if (object.type === 'commit') return source.history.commit(oid)
  return object.type === 'tag' ? peel(source, taggedObject(object.bytes)) : undefined
}

const byPrefix = (source: RevisionSource, prefix: string, text: string): Commit => {
  const commits = source.objects.startingWith(prefix).flatMap((oid) => peel(source, oid) ?? [])
  const [only, ...others] = commits
  if (only === undefined) throw unknown(text, 'there is no branch, tag or commit of that name')
  if (others.length === 0) return only
  const shown = commits
    .slice(0, candidatesShown)
    .map((commit) => `${commit.oid.slice(0, 12)} "${commit.subject}"`)
  throw new GitprocError('git/bad-revision', `"${text}" is ambiguous: ${shown.join(', ')}`, {
    remedy: 'write more digits of the id',
    data: { candidates: commits.map((commit) => commit.oid) },
  })
}

/** The last line of a reflog is the newest; each line says what the ref was and what it became. */
const fromReflog = (source: RevisionSource, base: string, index: number, text: string): Commit => {
  const ref = findRef(source, base)
  if (ref === undefined) throw unknown(text, `there is no branch ${base}`)
  const lines = (readText(join(source.commonDir, 'logs', ref.name)) ?? '')
    .split('\n')
    .filter((line) => line !== '')
  const oid = index === 0 ? ref.oid : /^[0-9a-f]{40} ([0-9a-f]{40})/.exec(lines.at(-1 - index) ?? '')?.[1]
  if (oid === undefined) throw unknown(text, `the reflog of ${base} has ${lines.length} entries`)
  return commitById(source, oid, text)
}

const unknown = (text: string, why: string): GitprocError =>
  new GitprocError('git/bad-revision', `"${text}" names no commit: ${why}`, { remedy: 'gitproc history' })
