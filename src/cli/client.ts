/** Talks to the daemon over its unix socket: JSON in and out, events as they come. */
import { lstatSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import type { ErrorAnswer, EventMessage } from '../api/contract.ts'
import { type ErrorCode, errorCodes, GitprocError } from '../base/error.ts'
import { exchange, type Question } from './exchange.ts'

export class DaemonClient {
  readonly socket: string

  constructor(socket: string) {
    this.socket = socket
  }

  /** Fails `api/unreachable`, `api/forbidden`, or as the daemon did. */
  get<T>(path: string): Promise<T> {
    return this.#exchange<T>({ method: 'GET', path, body: undefined })
  }

  post<T>(path: string, body: object): Promise<T> {
    return this.#exchange<T>({ method: 'POST', path, body: JSON.stringify(body) })
  }

  /** What happens from now on; listening has begun when the first `next` is under way. Ends with the daemon or the signal. */
  async *events(signal?: AbortSignal): AsyncGenerator<EventMessage> {
    const response = await this.#listen('/v1/events')
    const end = (): void => void response.destroy()
    signal?.addEventListener('abort', end, { once: true })
    if (signal?.aborted) end()
    try {
      yield* messages(response)
    } catch {
      // The daemon ended, or nobody wants to listen any more: either way there is no more to tell.
    }
  }

  async #exchange<T>(question: Question): Promise<T> {
    this.#checkOwner()
    const { status, text } = await exchange(this.socket, question).catch((error) => {
      throw this.#unreachable(error)
    })
    const answer = parsed(text, question.path)
    if (status === 200) return answer as T
    throw failureIn(answer, question.path)
  }

  async #listen(path: string): Promise<IncomingMessage> {
    this.#checkOwner()
    return await new Promise((resolve, reject) => {
      const outgoing = request({ socketPath: this.socket, path, agent: false }, resolve)
      outgoing.on('error', (error) => reject(this.#unreachable(error)))
      outgoing.end()
    })
  }

  #checkOwner(): void {
    const owner = ownerOf(this.socket)
    if (owner === undefined || isTrusted(owner, process.getuid?.() ?? 0)) return
    throw new GitprocError('api/forbidden', `${this.socket} belongs to uid ${owner}: it is not your daemon`, {
      remedy: 'name the socket of your own with --socket PATH',
    })
  }

  #unreachable(error: NodeJS.ErrnoException): GitprocError {
    switch (error.code) {
      case 'EACCES':
      case 'EPERM':
        return new GitprocError('api/forbidden', `the daemon on ${this.socket} is not for you to command`, {
          remedy: 'use sudo, or join the group gitproc',
          cause: error,
        })
      case 'ENOENT':
      case 'ECONNREFUSED':
      case 'ENOTDIR':
        return new GitprocError(
          'api/unreachable',
          `the daemon is not running (nothing answers on ${this.socket})`,
          {
            remedy: 'start it with: gitproc daemon --detach',
            cause: error,
          },
        )
      default:
        return new GitprocError(
          'api/unreachable',
          `the daemon ended before it had answered: ${error.message}`,
          {
            retry: 'later',
            remedy: 'see how it is: gitproc status',
            cause: error,
          },
        )
    }
  }
}

/** Under /tmp anybody may have made the socket: a person's commands go to their own daemon or to root's, root's to any. */
export const isTrusted = (owner: number, own: number): boolean => own === 0 || owner === 0 || owner === own

/** Undefined where it can't be seen: connecting will say why. */
const ownerOf = (socket: string): number | undefined => {
  try {
    return lstatSync(socket).uid
  } catch {
    return undefined
  }
}

async function* messages(response: IncomingMessage): AsyncGenerator<EventMessage> {
  response.setEncoding('utf8')
  let rest = ''
  for await (const chunk of response) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines)
      if (line.startsWith('data: ')) yield JSON.parse(line.slice('data: '.length)) as EventMessage
  }
}

const parsed = (text: string, path: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new GitprocError('api/broken', `the answer to ${path} is no JSON`, {
      remedy: 'daemon and command line may be of different versions: restart the daemon',
      cause,
    })
  }
}

/** What the daemon answered instead of what was asked for. */
export const failureIn = (answer: unknown, path: string): GitprocError => {
  const error = (answer as Partial<ErrorAnswer>).error
  if (error === undefined)
    return new GitprocError('api/broken', `the answer to ${path} is neither success nor failure`)
  const { code, message, remedy, diagnostics } = error
  return new GitprocError(code in errorCodes ? (code as ErrorCode) : 'api/broken', message, {
    ...(remedy === undefined ? {} : { remedy }),
    ...(diagnostics === undefined ? {} : { data: { diagnostics } }),
  })
}
