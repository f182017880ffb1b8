/** Where a symbolic link of the tree leads. */
import type { FileTree, TreeLink } from '../../base/file-tree.ts'

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

export const followLink = (tree: FileTree, path: string, link: TreeLink): LinkEnd => {
  let from = path
  let current = link
  for (let hops = 0; hops < longestChain; hops += 1) {
    if (current.target === '/dev/null') return { kind: 'mask' }
    const target = linkTarget(from, current)
    if (target === undefined) return { kind: 'outside', target: current.target }
    const entry = tree.get(target)
    if (!entry) return { kind: 'missing', path: target }
    if (entry.kind === 'file') return { kind: 'file', path: target }
    from = target
    current = entry
  }
  return { kind: 'loop' }
}
