/** What a remote can be asked for, whichever protocol it speaks. Every call is bounded in time and size, and may be aborted. */

export interface RemoteTip {
  readonly branch: string
  readonly sha: string
}

export interface FetchRequest {
  /** The bare repository that the objects go into. */
  readonly gitDir: string
  readonly branch: string
  /** How many commits of history, counted from the tip. */
  readonly depth: number
}

export interface PushRequest {
  readonly gitDir: string
  /** The ref of `gitDir` whose commit is pushed. */
  readonly ref: string
  /** The branch of the remote; it moves forward only. */
  readonly branch: string
}

export interface Transport {
  /** Where a branch is (undefined: the one that HEAD names); undefined where there is none. One small exchange. */
  tip(branch: string | undefined, signal: AbortSignal): Promise<RemoteTip | undefined>
  /** Brings a branch's objects here and gives the commit it was at; no ref of ours is touched that anybody reads. */
  fetch(request: FetchRequest, signal: AbortSignal): Promise<string>
  /** Fails `git/moved` where the branch is elsewhere meanwhile, `git/rejected` where the server does not want it. */
  push(request: PushRequest, signal: AbortSignal): Promise<void>
}

export interface Limits {
  /** For each operation on the network, milliseconds. */
  readonly timeoutMs: number
  /** What one answer of the remote may weigh. */
  readonly maxBytes: number
}

/** Everything that makes us known to a remote; secrets are named by file, and read when they are used. */
export interface Identity {
  readonly user: string | undefined
  readonly passwordFile: string | undefined
  readonly tokenFile: string | undefined
  readonly caFile: string | undefined
  readonly certificateFile: string | undefined
  readonly certificateKeyFile: string | undefined
  readonly sshKeyFile: string | undefined
}
