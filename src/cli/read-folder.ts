/** A folder of unit files on disk as the tree that `units` reads: one level, `NAME.d/` below it, links as links. */
import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { GitprocError } from '../base/error.ts'
import type { FileTree, TreeEntry } from '../base/file-tree.ts'

/** Fails `cli/usage` where it cannot be read. */
export const readFolder = (folder: string): FileTree => {
  const tree = new Map<string, TreeEntry>()
  for (const name of namesIn(folder)) {
    const path = join(folder, name)
    if (isDirectory(path)) {
      if (/\.(d|wants|requires|upholds)$/.test(name)) addFiles(tree, folder, name)
    } else addEntry(tree, folder, name)
  }
  return tree
}

/** One file, with the drop-ins that lie beside it. */
export const readUnitFile = (folder: string, name: string): FileTree => {
  const tree = new Map<string, TreeEntry>()
  addEntry(tree, folder, name)
  if (isDirectory(join(folder, `${name}.d`))) addFiles(tree, folder, `${name}.d`)
  return tree
}

const addFiles = (tree: Map<string, TreeEntry>, folder: string, below: string): void => {
  for (const name of namesIn(join(folder, below))) addEntry(tree, folder, `${below}/${name}`)
}

const addEntry = (tree: Map<string, TreeEntry>, folder: string, path: string): void => {
  const full = join(folder, path)
  const found = readable(full, () => lstatSync(full))
  if (found.isSymbolicLink()) {
    const target = readlinkSync(full)
    tree.set(path, { kind: 'link', id: idOf(Buffer.from(target)), target })
  } else if (found.isFile()) {
    const bytes = readable(full, () => readFileSync(full))
    tree.set(path, { kind: 'file', id: idOf(bytes), bytes, isExecutable: (found.mode & 0o100) !== 0 })
  }
}

const namesIn = (folder: string): readonly string[] => readable(folder, () => readdirSync(folder).sort())

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

const idOf = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex')

const readable = <T>(path: string, read: () => T): T => {
  try {
    return read()
  } catch (cause) {
    throw new GitprocError('cli/usage', `cannot read ${path}: ${(cause as Error).message}`, { cause })
  }
}
