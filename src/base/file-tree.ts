/**
 * The watched folder of one revision, as bytes: what `git` reads and `units` understands.
 * Paths are relative to the watched folder, with `/`, never absolute and never with `..`.
 */
export interface TreeFile {
  readonly kind: 'file'
  /** Content id (a git blob id, or any other that changes with the content): the key of caches. */
  readonly id: string
  readonly bytes: Uint8Array
  readonly isExecutable: boolean
}

export interface TreeLink {
  readonly kind: 'link'
  readonly id: string
  /** The link's target as written. */
  readonly target: string
}

export type TreeEntry = TreeFile | TreeLink

export type FileTree = ReadonlyMap<string, TreeEntry>

/** Whether two entries hold the same; who may execute it is no part of what a file says. */
export const isSameContent = (a: TreeEntry, b: TreeEntry): boolean =>
  a === b || (a.id === b.id && a.kind === b.kind)
