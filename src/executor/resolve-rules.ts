/** Looks up the paths of mount rules: symbolic links followed, missing ones left out or refused. Reads the file system. */
import { lstatSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { MountRule } from './confinement.ts'
import type { ResolvedRule } from './mount-plan.ts'

/** Rules with paths as the process will see them, and sources as the host does; those outside of the root directory are left out. */
export function resolveRules(rules: readonly MountRule[], root: string | undefined): readonly ResolvedRule[] {
  const top = root === undefined ? '' : (follow(root, '') ?? root)
  const fresh = rules.filter(({ kind }) => kind === 'tmpfs').flatMap((rule) => resolveRule(rule, top) ?? [])
  const isFresh = ({ path }: MountRule): boolean => fresh.some((rule) => isBelow(path.path, rule.path.path))
  return rules.flatMap((rule) => (isFresh(rule) ? resolveFresh(rule) : resolveRule(rule, top)) ?? [])
}

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`)

/** Below a file system that is made for the process, the host's links mean nothing. */
function resolveFresh(rule: MountRule): ResolvedRule | undefined {
  const source = rule.kind === 'bind' ? follow(rule.source, '') : undefined
  if (rule.kind === 'bind' && source === undefined) return missing(rule, rule.path.path)
  const found = { isThere: false, isDirectory: source === undefined ? undefined : isDirectory(source) }
  return { ...rule, ...(source === undefined ? {} : { source }), path: { ...rule.path, ...found } }
}

function resolveRule(rule: MountRule, root: string): ResolvedRule | undefined {
  const path = ownPath(rule, root)
  if (path === undefined) return undefined
  if (rule.kind === 'bind') return resolveBind(rule, path, root)
  const isMade = rule.kind !== 'access' && rule.kind !== 'exec' && !rule.path.isOptional
  const found = follow(path, root)
  if (found === undefined && !isMade) return missing(rule, path)
  const place = found ?? path
  const isThere = found !== undefined
  return { ...rule, path: { ...rule.path, path: place, isDirectory: isDirectory(root + place), isThere } }
}

function resolveBind(
  rule: Extract<MountRule, { readonly kind: 'bind' }>,
  path: string,
  root: string,
): ResolvedRule | undefined {
  const source = follow(rule.source, '')
  if (source === undefined) return missing(rule, path)
  // Where the destination is not there yet it is made, of the kind that the source is.
  const found = follow(path, root)
  const place = { path: found ?? path, isDirectory: isDirectory(source), isThere: found !== undefined }
  return { ...rule, source, path: { ...rule.path, ...place } }
}

/** What a rule's path is called inside; undefined: it is not inside. */
function ownPath({ path }: MountRule, root: string): string | undefined {
  if (root === '' || path.inRoot) return path.path
  const found = follow(path.path, '') ?? path.path
  if (found === root) return '/'
  return found.startsWith(`${root}/`) ? found.slice(root.length) : undefined
}

/** Left out where it may be; otherwise kept as it is, and its mount will fail with its name. */
const missing = (rule: MountRule, path: string): ResolvedRule | undefined =>
  rule.path.isOptional
    ? undefined
    : { ...rule, path: { ...rule.path, path, isDirectory: undefined, isThere: false } }

const mostLinks = 40

/** Follows every symbolic link as a process would whose root is that folder; undefined: nothing there. */
export function follow(path: string, root: string): string | undefined {
  const pending = path.split('/').filter((part) => part !== '' && part !== '.')
  let place = ''
  for (let links = 0; pending.length > 0; ) {
    const part = pending.shift()!
    if (part === '..') {
      place = place.slice(0, Math.max(0, place.lastIndexOf('/')))
      continue
    }
    const target = linkTarget(`${root}${place}/${part}`)
    if (target === undefined) return undefined
    if (target === '') {
      place = `${place}/${part}`
      continue
    }
    links += 1
    if (links > mostLinks) return undefined
    if (target.startsWith('/')) place = ''
    pending.unshift(...target.split('/').filter((each) => each !== '' && each !== '.'))
  }
  return place === '' ? '/' : place
}

/** Empty: no link. Undefined: nothing there. */
function linkTarget(path: string): string | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  return stat.isSymbolicLink() ? readlinkSync(path) : ''
}

const isDirectory = (path: string): boolean | undefined =>
  statSync(join('/', path), { throwIfNoEntry: false })?.isDirectory()
