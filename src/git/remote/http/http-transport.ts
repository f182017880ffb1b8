/**
 * A remote over https, by isomorphic-git: no git binary is needed. Where a ref is, which is asked all the time, is asked by
 * our own code; the library is loaded when the first commit is fetched.
 */
import fs from 'node:fs'
import { GitprocError } from '../../../base/error.ts'
import { httpFailure, nonsense } from '../http-failure.ts'
import type { RemoteUrl } from '../remote-url.ts'
import type { FetchRequest, PushRequest, RefTip, Transport } from '../transport.ts'
import { authorization, HttpClient, type HttpPorts } from './http-client.ts'
import { knownAdvertisement } from './known-advertisement.ts'
import { libraryHttp } from './library-http.ts'
import { type Abilities, advertisement, askRef, type HttpPlace } from './upload-pack.ts'
import { wholeFiles } from './whole-files.ts'

/** Sources become four to eight times as large when they are unpacked. */
const unpackedFactor = 16

export class HttpTransport implements Transport {
  readonly #url: RemoteUrl
  readonly #ports: HttpPorts
  readonly #client: HttpClient
  /** As the server said it; asked for anew when it does not answer accordingly. */
  #abilities: Abilities | undefined
  /** Where a ref was in the last answer: good for one fetch. */
  #seen: RefTip | undefined

  constructor(url: RemoteUrl, ports: HttpPorts) {
    this.#url = url
    this.#ports = ports
    this.#client = new HttpClient(ports)
  }

  tip(ref: string | undefined, signal: AbortSignal): Promise<RefTip | undefined> {
    return this.#trying(signal, async (place) => {
      const tip = await this.#tip(place, ref)
      this.#seen = this.#abilities?.version === 2 ? tip : undefined
      return tip
    })
  }

  async fetch(request: FetchRequest, signal: AbortSignal): Promise<string> {
    const seen = this.#seen?.ref === request.ref ? this.#seen : undefined
    this.#seen = undefined
    if (seen === undefined) return this.#trying(signal, (place) => this.#fetch(place, request))
    try {
      return await this.#trying(signal, (place) => this.#fetch(place, request, knownAdvertisement(seen)))
    } catch (error) {
      // The ref may have moved meanwhile, or the server may want to be asked first.
      if (signal.aborted || !(error instanceof GitprocError) || error.code !== 'git/protocol') throw error
      return this.#trying(signal, (place) => this.#fetch(place, request))
    }
  }

  push({ gitDir, commit, ref }: PushRequest, signal: AbortSignal): Promise<void> {
    return this.#trying(signal, async (place) => {
      const { push } = await import('isomorphic-git')
      await push({ ...this.#throughUs(place), fs, gitdir: gitDir, ref: commit, remoteRef: ref })
    })
  }

  async #fetch(place: HttpPlace, { gitDir, ref, depth }: FetchRequest, known?: Buffer): Promise<string> {
    const { fetch } = await import('isomorphic-git')
    const { fetchHead } = await fetch({
      ...this.#throughUs(place, known),
      fs: wholeFiles(fs),
      gitdir: gitDir,
      ref,
      remoteRef: ref,
      remote: 'origin',
      singleBranch: true,
      tags: false,
      depth,
    })
    if (fetchHead === null) throw nonsense(this.#url, `it has no ${ref} any more`)
    return fetchHead
  }

  /** What isomorphic-git is told of the way to the remote. */
  #throughUs({ client, url, headers, signal }: HttpPlace, known?: Buffer) {
    const maxUnpackedBytes = unpackedFactor * this.#ports.limits.maxBytes
    return { http: libraryHttp(client, { signal, known, maxUnpackedBytes }), url, headers: { ...headers } }
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

  #learn(abilities: Abilities): void {
    if (abilities.words.includes('object-format=sha256'))
      throw new GitprocError('git/unsupported', `${this.#url.text} names its objects by SHA-256`, {
        remedy: 'gitproc reads repositories of SHA-1',
      })
    this.#abilities = abilities
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
  const { code, data } = error as { readonly code?: string; readonly data?: { readonly statusCode?: number } }
  return code === 'git/protocol' || (code === 'HttpError' && ![401, 403].includes(data?.statusCode ?? 0))
}
