/** Commit objects and annotated tags: headers, a blank line, a message. */
import type { Revision } from '../base/revision.ts'

export interface Commit {
  readonly oid: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: string
  readonly subject: string
  readonly committedAtMs: number
}

/** Throws RangeError where the bytes are no commit. */
export const parseCommit = (oid: string, bytes: Buffer): Commit => {
  const headerEnd = bytes.indexOf('\n\n')
  const headers = bytes.toString('latin1', 0, headerEnd < 0 ? bytes.length : headerEnd).split('\n')
  const all = (key: string): string[] =>
    headers.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1))
  const tree = all('tree')[0]
  const committer = /> (-?\d+)(?: [+-]\d+)?$/.exec(all('committer')[0] ?? '')
  if (tree === undefined || committer === null) throw new RangeError('a commit has no tree or no date')
  const decode = decoderFor(all('encoding')[0])
  const author = (all('author')[0] ?? '').replace(/ ?<[^>]*>[^>]*$/, '')
  return {
    oid,
    tree,
    parents: all('parent'),
    author: decode(Buffer.from(author, 'latin1')),
    subject: firstLine(headerEnd < 0 ? '' : decode(bytes.subarray(headerEnd + 2))),
    committedAtMs: Number(committer[1]) * 1000,
  }
}

/** What an annotated tag points at. */
export const taggedObject = (bytes: Buffer): string => {
  const match = /^object ([0-9a-f]{40})\n/.exec(bytes.toString('latin1', 0, 49))
  if (match === null) throw new RangeError('a tag points at nothing')
  return match[1] as string
}

export interface NewCommit {
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: { readonly name: string; readonly email: string }
  readonly message: string
  readonly atMs: number
}

export const serializeCommit = (commit: NewCommit): Buffer => {
  const identity = `${identityOf(commit.author)} ${Math.floor(commit.atMs / 1000)} +0000`
  const headers = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${identity}`,
    `committer ${identity}`,
  ]
  return Buffer.from(`${headers.join('\n')}\n\n${commit.message.trim()}\n`)
}

/** `Name <email>`, without what would break the header. */
export const identityOf = (author: { readonly name: string; readonly email: string }): string =>
  `${cleaned(author.name) || 'unknown'} <${cleaned(author.email)}>`

export const revisionOf = (commit: Commit, branch: string): Revision => ({
  sha: commit.oid,
  branch,
  subject: commit.subject,
  author: commit.author,
  committedAtMs: commit.committedAtMs,
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const cleaned = (text: string): string => text.replace(/[<>\x00-\x1f]/g, '').trim()

const firstLine = (message: string): string => message.trimStart().split('\n', 1)[0]?.trimEnd() ?? ''

/** Messages are UTF-8 unless the commit says otherwise; an encoding that we don't know is read as UTF-8. */
const decoderFor = (encoding: string | undefined): ((bytes: Buffer) => string) => {
  try {
    const decoder = new TextDecoder(encoding ?? 'utf-8')
    return (bytes) => decoder.decode(bytes)
  } catch {
    return (bytes) => bytes.toString('utf8')
  }
}
