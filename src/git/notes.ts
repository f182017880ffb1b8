/** Notes (git-notes(1)): words about a commit, kept beside it under a ref of their own; the commit stays what it is. */
import { join } from 'node:path'
import { serializeCommit } from './commit.ts'
import { isTrue } from './config-file.ts'
import { emptyTree } from './folder.ts'
import type { GitDirectory } from './git-directory.ts'
import type { History } from './history.ts'
import type { ObjectStore } from './object-store.ts'
import { writeObject } from './object-writer.ts'
import { moveRef } from './ref-update.ts'
import { readRef } from './refs.ts'
import { isTree, serializeTree, type TreeRecord } from './tree.ts'
import { recordsOf } from './watched-path.ts'

export const notesRef = 'refs/notes/gitproc'

export interface NotesTarget {
  readonly directory: GitDirectory
  readonly objects: ObjectStore
  readonly history: History
}

export interface Note {
  /** The commit that it is about. */
  readonly commit: string
  /** One line, put below those that are there. */
  readonly line: string
  readonly author: { readonly name: string; readonly email: string }
  readonly atMs: number
}

/** Who writes them. */
export const noteAuthor = { name: 'gitproc', email: 'gitproc@localhost' }

/** A commit that is deployed again and again keeps its latest notes. */
const maxLines = 50

const noteMode = 0o100644
const treeMode = 0o40000

/** Fails `git/moved` while somebody else writes notes, `git/unreadable`. */
export const appendNote = (target: NotesTarget, note: Note): void => {
  const { directory } = target
  const from = readRef(directory.commonDir, notesRef)
  const to = noteCommit(target, from, note)
  if (to === undefined) return
  const isBare = isTrue(directory.config.get('core.bare'))
  const startsReflog = isTrue(directory.config.get('core.logallrefupdates') ?? String(!isBare))
  const move = { ...note, message: messageOf(note), ref: notesRef, from, to, headsOf: [], startsReflog }
  moveRef(directory.commonDir, move)
}

/**
 * The commit of notes that has the line, on top of `from`; no ref is moved. Undefined where the very line is there already, as
 * after a death between writing it and remembering that. Fails `git/unreadable`.
 */
export const noteCommit = (target: NotesTarget, from: string | undefined, note: Note): string | undefined => {
  const before = from === undefined ? emptyTree : target.history.commit(from).tree
  const tree = withNote(target, before, { rest: note.commit, line: note.line, isRoot: true })
  if (tree === before) return undefined
  const parents = from === undefined ? [] : [from]
  const { author, atMs } = note
  return write(target, 'commit', serializeCommit({ tree, parents, author, message: messageOf(note), atMs }))
}

const messageOf = ({ commit }: Note): string => `Note the result of ${commit.slice(0, 7)}`

interface Place {
  /** What is left of the commit's id below this tree. */
  readonly rest: string
  readonly line: string
  readonly isRoot: boolean
}

/**
 * The tree with the line in it. Notes lie flat or in directories named after the first digits, as git likes it at the time;
 * where there is none yet, a new one goes into such a directory, so that no tree grows with the history.
 */
const withNote = (target: NotesTarget, tree: string, { rest, line, isRoot }: Place): string => {
  const records = recordsOf(target.objects, tree)
  const [first, below] = [rest.slice(0, 2), rest.slice(2)]
  const folder = records.find((record) => record.name === first && isTree(record))
  const flat = records.find((record) => record.name === rest && !isTree(record))
  if (flat === undefined && (folder !== undefined || isRoot)) {
    const inner = withNote(target, folder?.oid ?? emptyTree, { rest: below, line, isRoot: false })
    return put(target, records, { name: first, mode: treeMode, oid: inner })
  }
  const before = flat === undefined ? '' : target.objects.readOf('blob', flat.oid).toString('utf8')
  const present = before.split('\n').filter((each) => each !== '')
  if (flat !== undefined && present.includes(line)) return tree
  const lines = [...present, line].slice(-maxLines)
  const oid = write(target, 'blob', Buffer.from(`${lines.join('\n')}\n`))
  return put(target, records, { name: rest, mode: noteMode, oid })
}

const put = (target: NotesTarget, records: readonly TreeRecord[], added: TreeRecord): string =>
  write(target, 'tree', serializeTree([...records.filter(({ name }) => name !== added.name), added]))

const write = ({ directory }: NotesTarget, type: 'blob' | 'tree' | 'commit', bytes: Buffer): string =>
  writeObject(join(directory.commonDir, 'objects'), type, bytes)
