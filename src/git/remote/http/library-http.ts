/** Our HTTP client as isomorphic-git wants one: it takes an answer whole, which `maxBytes` of the client bounds. */
import type { HttpAnswer, HttpClient } from './http-client.ts'

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

/** `signal` ends what is asked through it. */
export const libraryHttp = (client: HttpClient, signal: AbortSignal): LibraryHttp => ({
  request: async ({ url, method = 'GET', headers = {}, body }) => {
    const question = { url, headers, ...(body === undefined ? {} : { body: await whole(body) }) }
    return client.ask(question, signal, async (answer) => ({
      ...headOf(answer),
      url,
      method,
      body: once(await whole(answer.body)),
    }))
  },
})

const headOf = ({ status, contentType }: HttpAnswer) => ({
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
