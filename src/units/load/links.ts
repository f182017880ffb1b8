/** Where a symbolic link of the tree leads. */
import type { FileTree, TreeEntry, TreeLink } from '../../base/file-tree.ts'
import { nameKind, parseUnitName, templateName } from '../name.ts'

export type LinkEnd =
  | { readonly kind: 'file'; readonly path: string }
  /** /dev/null: the unit is masked. */
  | { readonly kind: 'mask' }
  /** Nothing in the tree is called that; the path may still name an instance of a template. */
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'outside'; readonly target: string }
  | { readonly kind: 'loop' }

const longestChain = 16

/** The path that one link names, within the tree; undefined where it leaves it. */
export const linkTarget = (path: string, link: TreeLink): string | undefined => {
  if (link.target.startsWith('/')) return undefined
  const parts = path.split('/').slice(0, -1)
  for (const component of link.target.split('/')) {
    if (component === '' || component === '.') continue
    if (component !== '..') parts.push(component)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join('/')
}

export const isEmptyFile = (entry: TreeEntry | undefined): boolean =>
  entry?.kind === 'file' && entry.bytes.length === 0

export const followLink = (tree: FileTree, path: string, link: TreeLink): LinkEnd =>
  follow(tree, path, link).end

/** Every path that decides where a link leads: those on its way, and the template of which its end may be an instance. */
export const linkTrail = (tree: FileTree, path: string, link: TreeLink): readonly string[] => {
  const { end, trail } = follow(tree, path, link)
  const parts = end.kind === 'missing' ? parseUnitName(end.path) : undefined
  return parts && nameKind(parts) === 'instance' ? [...trail, templateName(parts)] : trail
}

interface Followed {
  readonly end: LinkEnd
  readonly trail: readonly string[]
}

const follow = (tree: FileTree, path: string, link: TreeLink): Followed => {
  const trail: string[] = []
  let from = path
  let current = link
  for (let hops = 0; hops < longestChain; hops += 1) {
    if (current.target === '/dev/null') return { end: { kind: 'mask' }, trail }
    const target = linkTarget(from, current)
    if (target === undefined) return { end: { kind: 'outside', target: current.target }, trail }
    trail.push(target)
    const entry = tree.get(target)
    if (!entry) return { end: { kind: 'missing', path: target }, trail }
    if (entry.kind === 'file') return { end: { kind: 'file', path: target }, trail }
    from = target
    current = entry
  }
  return { end: { kind: 'loop' }, trail }
}
