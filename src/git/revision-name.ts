/** How people name revisions (gitrevisions(7)): a base, then steps back. Pure. */
import { GitprocError } from '../base/error.ts'

export type RevisionStep =
  /** `~2`: so many first parents back. */
  | { readonly kind: 'ancestor'; readonly count: number }
  /** `^2`: the second parent. */
  | { readonly kind: 'parent'; readonly number: number }
  /** `@{1}`: where the branch stood before its last move. */
  | { readonly kind: 'reflog'; readonly index: number }

export interface RevisionName {
  /** A ref, a tag, a branch, an id or the start of one; `HEAD` for an omitted one. */
  readonly base: string
  readonly steps: readonly RevisionStep[]
}

/** Fails `git/bad-revision` for a syntax that we don't know. */
export const parseRevisionName = (text: string): RevisionName => {
  const split = /^((?:(?!@\{)[^~^])*)(.*)$/s.exec(text.trim()) as RegExpExecArray
  const base = split[1] === '' || split[1] === '@' ? 'HEAD' : (split[1] as string)
  if (text.trim() === '' || /[\s:?*[\\]/.test(base) || base.includes('..') || base.startsWith('-'))
    throw misunderstood(text)
  const steps: RevisionStep[] = []
  for (let rest = split[2] as string; rest !== ''; ) {
    const [token, step] = nextStep(rest) ?? []
    if (token === undefined) throw misunderstood(text)
    if (step !== undefined) steps.push(step)
    rest = rest.slice(token.length)
  }
  return { base, steps }
}

/** The first step of the rest; no step for `^{}` and `^{commit}`, which every name here means anyway. */
const nextStep = (rest: string): readonly [string, RevisionStep?] | undefined => {
  const match = /^(?:~(\d*)|\^\{(?:commit)?\}|\^(\d*)|@\{(\d+)\})/.exec(rest)
  if (match === null) return undefined
  const [token, ancestor, parent, reflog] = match
  if (ancestor !== undefined)
    return [token, { kind: 'ancestor', count: ancestor === '' ? 1 : Number(ancestor) }]
  if (parent !== undefined) return [token, { kind: 'parent', number: parent === '' ? 1 : Number(parent) }]
  if (reflog !== undefined) return [token, { kind: 'reflog', index: Number(reflog) }]
  return [token]
}

const misunderstood = (text: string): GitprocError =>
  new GitprocError('git/bad-revision', `"${text}" is no revision that gitproc understands`, {
    remedy: 'name a commit id, a branch, a tag, HEAD~2, HEAD^ or BRANCH@{1}',
  })
