/**
 * What an HTTP remote lets us read: where a ref is, and the objects behind it, by protocol version 2 (gitprotocol-v2(5)); an
 * older server is spoken to as it speaks. A server that is known to be of today is not asked again what it can do.
 */
import { RefSearch } from '../ref-lines.ts'
import type { RefTip } from '../transport.ts'
import type { HttpAnswer, HttpClient } from './http-client.ts'
import { delimiter, flush, lines, noGit, pktLine } from './pkt-line.ts'

export interface HttpPlace {
  readonly client: HttpClient
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** What a server can do, as it said itself. */
export interface Abilities {
  readonly version: 0 | 2
  readonly words: readonly string[]
}

export interface Advertised {
  readonly abilities: Abilities
  /** An older server lists its refs at once. */
  readonly tip: RefTip | undefined
}

const versionHeader = { 'git-protocol': 'version=2' }

/** Undefined where there is no such ref; without a name, the branch that HEAD stands for. */
export const askRef = async (place: HttpPlace, ref: string | undefined): Promise<RefTip | undefined> => {
  const prefix = ref ?? 'HEAD'
  const body = `${pktLine('command=ls-refs\n')}${delimiter}${pktLine('symrefs\n')}${pktLine(`ref-prefix ${prefix}\n`)}${flush}`
  return post(place, Buffer.from(body), async (answer) => {
    const search = new RefSearch(ref)
    for await (const line of lines(answer.body)) search.add(line)
    return search.found
  })
}

/** Asks what the server can do. */
export const advertisement = (
  { client, url, headers, signal }: HttpPlace,
  ref: string | undefined,
): Promise<Advertised> => {
  const question = {
    url: `${url}/info/refs?service=git-upload-pack`,
    headers: { ...headers, ...versionHeader },
  }
  return client.ask(question, signal, async (answer) => {
    expectStatus(answer)
    if (!answer.contentType.startsWith('application/x-git-upload-pack-advertisement'))
      throw noGit('it sends a web page')
    return readAdvertisement(answer.body, ref)
  })
}

const readAdvertisement = async (
  body: AsyncIterable<Buffer>,
  ref: string | undefined,
): Promise<Advertised> => {
  const search = new RefSearch(ref)
  let abilities: { version: 0 | 2; words: string[] } | undefined
  for await (const line of lines(body)) {
    if (line.startsWith('# service=')) continue
    if (abilities?.version === 2) abilities.words.push(line)
    else if (abilities === undefined && line === 'version 2') abilities = { version: 2, words: [] }
    else if (abilities === undefined) {
      const [first = '', words = ''] = line.split('\0')
      abilities = { version: 0, words: words.split(' ') }
      search.add(first + headTarget(first, words))
    } else search.add(line)
  }
  return { abilities: abilities ?? { version: 0, words: [] }, tip: search.found }
}

/** Older servers say in their first line what HEAD stands for. */
const headTarget = (first: string, words: string): string => {
  const target = /(?:^| )symref=HEAD:(\S+)/.exec(words)?.[1]
  return first.endsWith(' HEAD') && target !== undefined ? ` symref-target:${target}` : ''
}

/** One question to git-upload-pack. */
export const post = <T>(
  { client, url, headers, signal }: HttpPlace,
  body: Buffer,
  read: (answer: HttpAnswer) => Promise<T>,
): Promise<T> => {
  const question = {
    url: `${url}/git-upload-pack`,
    headers: {
      ...headers,
      ...versionHeader,
      'content-type': 'application/x-git-upload-pack-request',
      accept: 'application/x-git-upload-pack-result',
    },
    body,
  }
  return client.ask(question, signal, (answer) => {
    expectStatus(answer)
    return read(answer)
  })
}

export const expectStatus = ({ status }: HttpAnswer): void => {
  if (status === 200) return
  throw Object.assign(new Error(`HTTP ${status}`), { code: 'HttpError', data: { statusCode: status } })
}
