/** A remote over https, by isomorphic-git: no git binary is needed. The library is loaded when the first commit is fetched. */
import fs from 'node:fs'
import { GitprocError } from '../../../base/error.ts'
import { httpFailure, nonsense } from '../http-failure.ts'
import type { RemoteUrl } from '../remote-url.ts'
import type { FetchRequest, Identity, Limits, PushRequest, RemoteTip, Transport } from '../transport.ts'
import { wholeFiles } from '../whole-files.ts'
import { authorization, createHttpClient } from './http-client.ts'
import { type HttpPlace, lsRefs } from './ls-refs.ts'

export class HttpTransport implements Transport {
  readonly #url: RemoteUrl
  readonly #identity: Identity
  readonly #limits: Limits

  constructor(url: RemoteUrl, identity: Identity, limits: Limits) {
    this.#url = url
    this.#identity = identity
    this.#limits = limits
  }

  tip(branch: string | undefined, signal: AbortSignal): Promise<RemoteTip | undefined> {
    return this.#trying(signal, (place) => lsRefs(place, branch))
  }

  fetch({ gitDir, branch, depth }: FetchRequest, signal: AbortSignal): Promise<string> {
    return this.#trying(signal, async (place) => {
      const { fetch } = await import('isomorphic-git')
      const { fetchHead } = await fetch({
        ...place,
        fs: wholeFiles(fs),
        gitdir: gitDir,
        ref: branch,
        remoteRef: `refs/heads/${branch}`,
        remote: 'origin',
        singleBranch: true,
        tags: false,
        depth,
      })
      if (fetchHead === null) throw nonsense(this.#url, 'it sent no commit')
      return fetchHead
    })
  }

  push({ gitDir, ref, branch }: PushRequest, signal: AbortSignal): Promise<void> {
    return this.#trying(signal, async (place) => {
      const { push } = await import('isomorphic-git')
      await push({ ...place, fs, gitdir: gitDir, ref, remoteRef: `refs/heads/${branch}` })
    })
  }

  /** One operation: its client, its limit of time, and its failures in our words. */
  async #trying<T>(signal: AbortSignal, operate: (place: Place) => Promise<T>): Promise<T> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(this.#limits.timeoutMs)])
    try {
      const place = {
        http: createHttpClient(this.#identity, this.#limits, limited),
        url: this.#url.href,
        headers: { 'user-agent': 'git/gitproc', ...authorization(this.#identity) },
      }
      return await operate(place)
    } catch (error) {
      if (limited.aborted && !(error instanceof GitprocError)) throw httpFailure(limited.reason, this.#url)
      throw httpFailure(error, this.#url)
    }
  }
}

type Place = HttpPlace & { readonly headers: Record<string, string> }
