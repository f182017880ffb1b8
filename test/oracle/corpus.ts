/** The corpus as trees of unit files, one for each package, and systemd's answers about its units. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { FileTree, TreeEntry } from '../../src/base/file-tree.ts'
import { oracleFolder, readTable } from './tsv.ts'

/** One JSON file of the oracle. */
export interface UnitAnswer {
  readonly package: string
  readonly unit: string
  readonly loaded_as: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly dependencies: Readonly<Record<string, { readonly literal: readonly string[] }>>
}

export const packageNames = (): readonly string[] =>
  readdirSync(join(oracleFolder, 'oracle', 'public')).sort()

export const answersOf = (name: string): readonly UnitAnswer[] => {
  const folder = join(oracleFolder, 'oracle', 'public', name)
  return readdirSync(folder)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as UnitAnswer)
}

export const corpusPackages = (): readonly string[] =>
  readdirSync(join(oracleFolder, 'corpus', 'public'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()

/** Files as shipped, aliases as links; what a package enables through links in `.wants` folders is left out, as it was there. */
export const packageTree = (name: string): FileTree => {
  const tree = new Map<string, TreeEntry>()
  addFolder(tree, join(oracleFolder, 'corpus', 'public', name), '')
  for (const { package: owner, link = '', target = '' } of readTable('corpus', 'public', 'ALIASES.tsv'))
    if (owner === name && !link.includes('/')) tree.set(link, { kind: 'link', id: target, target })
  return tree
}

const addFolder = (tree: Map<string, TreeEntry>, folder: string, prefix: string): void => {
  for (const file of readdirSync(folder)) {
    const path = join(folder, file)
    if (statSync(path).isDirectory()) addFolder(tree, path, `${prefix}${file}/`)
    else {
      const bytes = new Uint8Array(readFileSync(path))
      tree.set(prefix + file, {
        kind: 'file',
        id: `${relative(path)} ${bytes.length}`,
        bytes,
        isExecutable: false,
      })
    }
  }
}

const relative = (path: string): string => path.slice(oracleFolder.length)
