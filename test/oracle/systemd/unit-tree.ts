/** Files of a unit as a folder that gitproc reads. */
import type { FileTree, TreeEntry } from '../../../src/base/file-tree.ts'
import { encodeBytes } from '../../../src/base/lossless-text.ts'

type Entries = Iterable<readonly [path: string, content: string]>

export const treeOf = (files: Entries, links: Entries = []): FileTree =>
  new Map<string, TreeEntry>([
    ...[...files].map(
      ([path, text]) =>
        [path, { kind: 'file', id: text, bytes: encodeBytes(text), isExecutable: false }] as const,
    ),
    ...[...links].map(([path, target]) => [path, { kind: 'link', id: target, target }] as const),
  ])
