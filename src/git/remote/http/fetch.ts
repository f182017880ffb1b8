/** Fetches what a ref holds over HTTP: one question with what is wanted and what is here, one answer with the pack. */
import { join } from 'node:path'
import { readText } from '../../git-directory.ts'
import { ObjectStore } from '../../object-store.ts'
import { writeOwnedFile } from '../../owned-file.ts'
import { receivePack } from '../../pack/receive-pack.ts'
import type { FetchRequest } from '../transport.ts'
import { delimiter, flush, lineOf, noGit, type Packet, packets, pktLine } from './pkt-line.ts'
import { sideBand } from './side-band.ts'
import { type Abilities, type HttpPlace, post } from './upload-pack.ts'

/** Brings `sha` with its history here. */
export const fetchCommit = (
  place: HttpPlace,
  { sha, ...request }: FetchRequest & { readonly sha: string },
  abilities: Abilities,
): Promise<void> => {
  const shallow = shallowCommits(request.gitDir)
  const isNew = abilities.version === 2
  const canBeShallow = abilities.words.some((word) =>
    isNew ? /^fetch=(.* )?shallow( |$)/.test(word) : word === 'shallow',
  )
  const wishes = [
    ...[...shallow].map((each) => `shallow ${each}\n`),
    ...(canBeShallow ? [`deepen ${request.depth}\n`] : []),
  ]
  const haves = [...request.have.map((each) => `have ${each}\n`), 'done\n']
  const body = isNew ? version2(sha, wishes, haves) : version0(sha, wishes, haves)
  return post(
    place,
    Buffer.from(body),
    async (answer) => {
      const incoming = packets(answer.body)
      const changed = isNew
        ? await sectionsBeforePack(incoming, shallow)
        : await version0Head(incoming, shallow, canBeShallow)
      await store(request.gitDir, { before: shallow, after: changed }, sideBand(incoming), place.signal)
    },
    abilities.version,
  )
}

const version2 = (sha: string, wishes: readonly string[], haves: readonly string[]): string => {
  const ways = ['thin-pack\n', 'no-progress\n', 'ofs-delta\n']
  const asked = [...ways, ...wishes, `want ${sha}\n`, ...haves].map(pktLine).join('')
  return `${pktLine('command=fetch\n')}${delimiter}${asked}${flush}`
}

const version0 = (sha: string, wishes: readonly string[], haves: readonly string[]): string => {
  const want = `want ${sha} side-band-64k thin-pack no-progress ofs-delta\n`
  return `${[want, ...wishes].map(pktLine).join('')}${flush}${haves.map(pktLine).join('')}`
}

/** Reads up to the pack. Gives where the history is cut off then. */
const sectionsBeforePack = async (
  incoming: AsyncGenerator<Packet>,
  shallow: ReadonlySet<string>,
): Promise<ReadonlySet<string>> => {
  const changed = new Set(shallow)
  for (let next = await incoming.next(); next.done !== true; next = await incoming.next()) {
    if (typeof next.value === 'string') continue
    const line = lineOf(next.value)
    if (line === 'packfile') return changed
    cutOff(changed, line)
  }
  throw noGit('it sent no pack')
}

const version0Head = async (
  incoming: AsyncGenerator<Packet>,
  shallow: ReadonlySet<string>,
  hasShallowSection: boolean,
): Promise<ReadonlySet<string>> => {
  const changed = new Set(shallow)
  let isBefore = hasShallowSection
  for (let next = await incoming.next(); next.done !== true; next = await incoming.next()) {
    if (next.value === 'flush') isBefore = false
    else if (typeof next.value !== 'string' && isBefore) cutOff(changed, lineOf(next.value))
    // The one common commit that it saw, or none: either way the pack comes now.
    else if (typeof next.value !== 'string' && /^(NAK|ACK [0-9a-f]{40})$/.test(lineOf(next.value)))
      return changed
    else throw noGit('it sent no pack')
  }
  throw noGit('it sent no pack')
}

const cutOff = (shallow: Set<string>, line: string): void => {
  const [, how, sha] = /^(shallow|unshallow) ([0-9a-f]{40})$/.exec(line) ?? []
  if (how === 'shallow') shallow.add(sha as string)
  else if (how === 'unshallow') shallow.delete(sha as string)
}

interface Boundary {
  readonly before: ReadonlySet<string>
  readonly after: ReadonlySet<string>
}

/** At no moment is a commit there without its parents and not known to be cut off. */
const store = async (
  gitDir: string,
  { before, after }: Boundary,
  chunks: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> => {
  const meanwhile = new Set([...before, ...after])
  if (meanwhile.size > before.size) writeShallow(gitDir, meanwhile)
  const objects = new ObjectStore(join(gitDir, 'objects'))
  try {
    await receivePack(join(gitDir, 'objects'), { chunks, base: (oid) => objects.read(oid), signal })
  } finally {
    objects.close()
  }
  if (after.size < meanwhile.size) writeShallow(gitDir, after)
}

const shallowFile = (gitDir: string): string => join(gitDir, 'shallow')

const shallowCommits = (gitDir: string): ReadonlySet<string> =>
  new Set((readText(shallowFile(gitDir)) ?? '').split('\n').filter((line) => /^[0-9a-f]{40}$/.test(line)))

const writeShallow = (gitDir: string, commits: ReadonlySet<string>): void => {
  const text = [...commits].map((sha) => `${sha}\n`).join('')
  writeOwnedFile(shallowFile(gitDir), Buffer.from(text), 0o644)
}
