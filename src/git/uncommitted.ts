/** What `status` mentions: files of the watched folder that differ from the commit, and unit files that git doesn't know. */
import fs, { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Checkout } from './checkout.ts'
import { type IndexEntry, readIndex } from './index-file.ts'
import { yieldToOthers } from './last-change.ts'
import { isMissing } from './loose-object.ts'
import type { ObjectStore } from './object-store.ts'
import { isSubmodule, readableName, type TreeRecord } from './tree.ts'
import { isDefinition, isUnitDirectory, isWatched, watchedRecords } from './watched-path.ts'
import { isUnchanged } from './work-file.ts'

/** How many files are looked at before others get their turn. */
const filesAtOnce = 500

/** Paths relative to the watched folder, sorted. `tree` is the folder as committed. */
export const uncommittedPaths = async (
  objects: ObjectStore,
  checkout: Checkout,
  folder: readonly string[],
  tree: string,
): Promise<string[]> => {
  const prefix = folder.map((part) => `${part}/`).join('')
  const committed = new Map(watchedRecords(objects, tree))
  const entries = readIndex(join(checkout.gitDir, 'index')).filter(
    (entry) => entry.path.startsWith(prefix) && isWatched(entry.path.slice(prefix.length)),
  )
  const known = new Set(entries.map((entry) => entry.path.slice(prefix.length)))
  const found = new Set([...committed.keys()].filter((path) => !known.has(path)))
  for await (const entry of changedEntries(checkout, entries, (path) =>
    committed.get(path.slice(prefix.length)),
  )) {
    found.add(entry.path.slice(prefix.length))
  }
  for (const path of await untrackedDefinitions(checkout, prefix, known)) found.add(path)
  return [...found].map(readableName).sort()
}

async function* changedEntries(
  checkout: Checkout,
  entries: readonly IndexEntry[],
  committed: (path: string) => TreeRecord | undefined,
): AsyncGenerator<IndexEntry> {
  const indexWrittenAtNs =
    statSync(join(checkout.gitDir, 'index'), { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n
  for (const [position, entry] of entries.entries()) {
    if (position % filesAtOnce === filesAtOnce - 1) await yieldToOthers()
    const record = committed(entry.path)
    const isStaged = entry.stage > 0 || record?.oid !== entry.oid || record.mode !== entry.mode
    if (isStaged) yield entry
    else if (!isSubmodule(record) && !isUnchanged(checkout, entry, indexWrittenAtNs)) yield entry
  }
}

/** Only names that would be read once committed: a README that nobody added is none of our business. */
const untrackedDefinitions = async (
  checkout: Checkout,
  prefix: string,
  known: ReadonlySet<string>,
): Promise<string[]> => {
  const top = namesIn(checkout, prefix)
  const below = top
    .filter(isUnitDirectory)
    .flatMap((directory) => namesIn(checkout, `${prefix}${directory}/`).map((name) => `${directory}/${name}`))
  const unknown = [...top, ...below].filter(
    (path) => isDefinition(path) && !known.has(path) && !isUnitDirectory(path),
  )
  const ignored = await Promise.all(unknown.map((path) => isIgnored(checkout, readableName(prefix + path))))
  return unknown.filter((_, index) => !ignored[index])
}

const namesIn = (checkout: Checkout, directory: string): string[] => {
  try {
    const path = Buffer.concat([Buffer.from(`${checkout.workTree}/`), Buffer.from(directory, 'latin1')])
    return readdirSync(path, { encoding: 'buffer' }).map((name) => name.toString('latin1'))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** Ignore rules are isomorphic-git's. It is loaded here, where it is seldom needed, for it costs 16 MB and 100 ms. */
const isIgnored = async (checkout: Checkout, filepath: string): Promise<boolean> => {
  const { isIgnored } = await import('isomorphic-git')
  return isIgnored({ fs, dir: checkout.workTree, gitdir: checkout.gitDir, filepath })
}
