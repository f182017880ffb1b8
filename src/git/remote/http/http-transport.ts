/** A remote over https, spoken to by our own code: no git binary is needed, and two exchanges bring a commit here. */
import { GitprocError } from '../../../base/error.ts'
import { httpFailure, nonsense } from '../http-failure.ts'
import type { RemoteUrl } from '../remote-url.ts'
import type { FetchRequest, PushRequest, RefTip, Transport } from '../transport.ts'
import { fetchCommit } from './fetch.ts'
import { authorization, HttpClient, type HttpPorts } from './http-client.ts'
import { pushCommit } from './push.ts'
import { type Abilities, advertisement, askRef, type HttpPlace } from './upload-pack.ts'

export class HttpTransport implements Transport {
  readonly #url: RemoteUrl
  readonly #ports: HttpPorts
  readonly #client: HttpClient
  /** As the server said it; asked for anew when it does not answer accordingly. */
  #abilities: Abilities | undefined

  constructor(url: RemoteUrl, ports: HttpPorts) {
    this.#url = url
    this.#ports = ports
    this.#client = new HttpClient(ports)
  }

  tip(ref: string | undefined, signal: AbortSignal): Promise<RefTip | undefined> {
    return this.#trying(signal, (place) => this.#tip(place, ref))
  }

  fetch(request: FetchRequest, signal: AbortSignal): Promise<string> {
    return this.#trying(signal, async (place) => {
      const sha = (await this.#known(place, request)) ?? (await this.#tip(place, request.ref))?.sha
      if (sha === undefined) throw nonsense(this.#url, `it has no ${request.ref} any more`)
      await fetchCommit(place, { ...request, sha }, this.#abilities ?? (await this.#ask(place)))
      return sha
    })
  }

  push(request: PushRequest, signal: AbortSignal): Promise<void> {
    return this.#trying(signal, (place) => pushCommit(place, request))
  }

  /** An older server gives no commit but those that it lists: by then another one may be there. */
  async #known(place: HttpPlace, { sha }: FetchRequest): Promise<string | undefined> {
    const { version } = this.#abilities ?? (await this.#ask(place))
    return version === 2 ? sha : undefined
  }

  async #tip(place: HttpPlace, ref: string | undefined): Promise<RefTip | undefined> {
    if (this.#abilities?.version === 2) {
      try {
        return await askRef(place, ref)
      } catch (error) {
        if (!isAnotherServer(error)) throw error
      }
    }
    const { abilities, tip } = await advertisement(place, ref)
    this.#learn(abilities)
    return abilities.version === 2 ? askRef(place, ref) : tip
  }

  async #ask(place: HttpPlace): Promise<Abilities> {
    const { abilities } = await advertisement(place, undefined)
    return this.#learn(abilities)
  }

  #learn(abilities: Abilities): Abilities {
    if (abilities.words.includes('object-format=sha256'))
      throw new GitprocError('git/unsupported', `${this.#url.text} names its objects by SHA-256`, {
        remedy: 'gitproc reads repositories of SHA-1',
      })
    this.#abilities = abilities
    return abilities
  }

  /** One operation: its limit of time, and its failures in our words. */
  async #trying<T>(signal: AbortSignal, operate: (place: HttpPlace) => Promise<T>): Promise<T> {
    const { identity, limits } = this.#ports
    const limited = AbortSignal.any([signal, AbortSignal.timeout(limits.timeoutMs)])
    try {
      return await operate({
        client: this.#client,
        url: this.#url.href,
        headers: { 'user-agent': 'git/gitproc', ...authorization(identity) },
        signal: limited,
      })
    } catch (error) {
      if (limited.aborted && !(error instanceof GitprocError)) throw httpFailure(limited.reason, this.#url)
      throw httpFailure(error, this.#url)
    }
  }
}

/** It was replaced by one that speaks otherwise, or by one that wants to be asked first. */
const isAnotherServer = (error: unknown): boolean => {
  const { code, status } = error as { readonly code?: string; readonly status?: number }
  return code === 'git/protocol' || (code === 'HttpError' && status !== 401 && status !== 403)
}
