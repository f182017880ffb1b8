/**
 * Where a branch is at an HTTP remote: protocol version 2 asks for that one ref (gitprotocol-v2(5), gitprotocol-http(5)); an
 * older server lists all of them. Ours, so that a poll that finds nothing new loads no library.
 */

import type { RemoteTip } from '../transport.ts'
import type { GitHttpClient, GitHttpResponse } from './http-client.ts'

export interface HttpPlace {
  readonly http: GitHttpClient
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** Undefined where there is no such branch; without a name, the one that HEAD stands for. */
export const lsRefs = async (
  place: HttpPlace,
  branch: string | undefined,
): Promise<RemoteTip | undefined> => {
  const lines = await advertisement(place)
  const isNew = lines.some((line) => line === 'version 2')
  return tipIn(isNew ? await askVersion2(place, branch) : version0Refs(lines), branch)
}

const advertisement = async ({ http, url, headers }: HttpPlace): Promise<readonly string[]> => {
  const response = await http.request({
    url: `${url}/info/refs?service=git-upload-pack`,
    headers: { ...headers, 'git-protocol': 'version=2' },
  })
  expectStatus(response)
  if (!response.headers['content-type']?.startsWith('application/x-git-upload-pack-advertisement'))
    throw noGit('it sends a web page')
  return pktLines(await bodyOf(response))
}

const askVersion2 = async (place: HttpPlace, branch: string | undefined): Promise<readonly string[]> => {
  const prefixes = branch === undefined ? ['HEAD', 'refs/heads/'] : [`refs/heads/${branch}`]
  const wants = prefixes.map((prefix) => pktLine(`ref-prefix ${prefix}\n`))
  const body = `${pktLine('command=ls-refs\n')}0001${pktLine('symrefs\n')}${wants.join('')}0000`
  const response = await place.http.request({
    url: `${place.url}/git-upload-pack`,
    method: 'POST',
    headers: {
      ...place.headers,
      'git-protocol': 'version=2',
      'content-type': 'application/x-git-upload-pack-request',
      accept: 'application/x-git-upload-pack-result',
    },
    body: [Buffer.from(body)],
  })
  expectStatus(response)
  return pktLines(await bodyOf(response))
}

/** `OID NAME`, and for HEAD ` symref-target:NAME` behind it, as version 2 writes them. */
const version0Refs = (lines: readonly string[]): readonly string[] => {
  const [first = '', ...others] = lines.filter((line) => !line.startsWith('# service='))
  const [ref = '', capabilities = ''] = first.split('\0')
  const target = /(?:^| )symref=HEAD:(\S+)/.exec(capabilities)?.[1]
  const isHead = ref.endsWith(' HEAD') && target !== undefined
  return [isHead ? `${ref} symref-target:${target}` : ref, ...others]
}

/** The tip of a branch among lines of refs (pure). */
export const tipIn = (lines: readonly string[], branch: string | undefined): RemoteTip | undefined => {
  const refs = new Map<string, string>()
  let head: string | undefined
  for (const line of lines) {
    const [sha = '', name = '', ...attributes] = line.split(' ')
    if (!/^[0-9a-f]{40}$/.test(sha)) continue
    refs.set(name, sha)
    const target = attributes.find((each) => each.startsWith('symref-target:'))
    if (name === 'HEAD' && target !== undefined) head = target.slice('symref-target:'.length)
  }
  const ref = branch === undefined ? head : `refs/heads/${branch}`
  const sha = ref === undefined ? undefined : refs.get(ref)
  return ref?.startsWith('refs/heads/') && sha !== undefined
    ? { branch: ref.slice('refs/heads/'.length), sha }
    : undefined
}

const expectStatus = ({ statusCode, statusMessage }: GitHttpResponse): void => {
  if (statusCode === 200) return
  throw Object.assign(new Error(`HTTP ${statusCode} ${statusMessage}`), {
    code: 'HttpError',
    data: { statusCode },
  })
}

const bodyOf = async ({ body }: GitHttpResponse): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const pktLine = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text

/** The lines without their lengths and line ends; flush and delimiter packets separate and are left out. */
export const pktLines = (bytes: Buffer): readonly string[] => {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const digits = bytes.toString('latin1', at, at + 4)
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN
    if (Number.isNaN(length) || length === 3 || at + Math.max(4, length) > bytes.length)
      throw noGit('its answer is cut off, or none of git')
    if (length >= 4) lines.push(bytes.toString('utf8', at + 4, at + length).replace(/\n$/, ''))
    at += Math.max(4, length)
  }
  const refused = lines.find((line) => line.startsWith('ERR '))
  if (refused !== undefined) throw noGit(refused.slice(4))
  return lines
}

const noGit = (why: string): Error => Object.assign(new Error(why), { code: 'SmartHttpError' })
