/** Our HTTP client as isomorphic-git wants one: it takes an answer whole, which `maxBytes` of the client bounds. */
import { guardPack } from '../../pack/pack-guard.ts'
import type { HttpAnswer, HttpClient } from './http-client.ts'
import { packIn } from './side-band.ts'

/** The part of isomorphic-git's HttpClient that it uses of one. */
export interface LibraryHttp {
  request(asked: LibraryRequest): Promise<LibraryResponse>
}

export interface LibraryRequest {
  readonly url: string
  readonly method?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | undefined
}

export interface LibraryResponse {
  readonly url: string
  readonly method: string
  readonly statusCode: number
  readonly statusMessage: string
  readonly headers: Record<string, string>
  readonly body: AsyncIterableIterator<Uint8Array>
}

export interface LibraryOptions {
  /** Ends what is asked through it. */
  readonly signal: AbortSignal
  /** What the objects of a pack may weigh together. */
  readonly maxUnpackedBytes: number
  /** Answers the question what there is, where that is known. */
  readonly known: Buffer | undefined
}

/** A pack is looked through before the library sees it. */
export const libraryHttp = (
  client: HttpClient,
  { signal, known, maxUnpackedBytes }: LibraryOptions,
): LibraryHttp => ({
  request: async ({ url, method = 'GET', headers = {}, body }) => {
    if (known !== undefined && method === 'GET')
      return { ...headOf({ status: 200, contentType: advertisementType }), url, method, body: once(known) }
    const question = { url, headers, ...(body === undefined ? {} : { body: await whole(body) }) }
    return client.ask(question, signal, async (answer) => {
      const bytes = await whole(answer.body)
      if (url.endsWith('/git-upload-pack') && answer.status === 200)
        await guardPack(await packIn(bytes), { maxUnpackedBytes, signal })
      return { ...headOf(answer), url, method, body: once(bytes) }
    })
  },
})

const advertisementType = 'application/x-git-upload-pack-advertisement'

const headOf = ({ status, contentType }: Pick<HttpAnswer, 'status' | 'contentType'>) => ({
  statusCode: status,
  statusMessage: '',
  headers: { 'content-type': contentType },
})

const whole = async (chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

async function* once(bytes: Buffer): AsyncIterableIterator<Uint8Array> {
  yield bytes
}
