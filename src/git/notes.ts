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

/** A commit that is deployed again and again keeps its latest notes. */
const maxLines = 50

const noteMode = 0o100644
const treeMode = 0o40000

/** Fails `git/moved` while somebody else writes notes, `git/unreadable`. */
export const appendNote = (target: NotesTarget, note: Note): void => {
  const { directory, history } = target
  const from = readRef(directory.commonDir, notesRef)
  const tree = withNote(target, from === undefined ? emptyTree : history.commit(from).tree, {
    rest: note.commit,
    line: note.line,
    isRoot: true,
  })
  const message = `Note the result of ${note.commit.slice(0, 7)}`
  const parents = from === undefined ? [] : [from]
  const to = write(
    target,
    'commit',
    serializeCommit({ tree, parents, author: note.author, message, atMs: note.atMs }),
  )
  const isBare = isTrue(directory.config.get('core.bare'))
  const startsReflog = isTrue(directory.config.get('core.logallrefupdates') ?? String(!isBare))
  moveRef(directory.commonDir, { ...note, message, ref: notesRef, from, to, headsOf: [], startsReflog })
}

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
  const lines = [...before.split('\n').filter((each) => each !== ''), line].slice(-maxLines)
  const oid = write(target, 'blob', Buffer.from(`${lines.join('\n')}\n`))
  return put(target, records, { name: rest, mode: noteMode, oid })
}

const put = (target: NotesTarget, records: readonly TreeRecord[], added: TreeRecord): string =>
  write(target, 'tree', serializeTree([...records.filter(({ name }) => name !== added.name), added]))

const write = ({ directory }: NotesTarget, type: 'blob' | 'tree' | 'commit', bytes: Buffer): string =>
  writeObject(join(directory.commonDir, 'objects'), type, bytes)
