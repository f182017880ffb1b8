/** Files of a unit as a folder that gitproc reads. */
import type { FileTree } from '../../../src/base/file-tree.ts'
import { encodeBytes } from '../../../src/base/lossless-text.ts'

export const treeOf = (files: Iterable<readonly [path: string, text: string]>): FileTree =>
  new Map(
    [...files].map(([path, text]) => [
      path,
      { kind: 'file', id: text, bytes: encodeBytes(text), isExecutable: false },
    ]),
  )
