/** What a remote can be asked for, whichever protocol it speaks. Every call is bounded in time and size, and may be aborted. */

/** Where a ref of the remote is. */
export interface RefTip {
  /** `refs/heads/main` */
  readonly ref: string
  readonly sha: string
}

/** Where a branch of the remote is. */
export interface RemoteTip {
  readonly branch: string
  readonly sha: string
}

export interface FetchRequest {
  /** The bare repository that the objects go into. */
  readonly gitDir: string
  /** Of the remote: `refs/heads/main`. */
  readonly ref: string
  /** How many commits of history, counted from the tip. */
  readonly depth: number
}

export interface PushRequest {
  readonly gitDir: string
  /** What is pushed; the ref moves forward only, from its first parent. */
  readonly commit: string
  /** Of the remote: `refs/heads/main`. */
  readonly ref: string
}

export interface Transport {
  /** Where a ref is (undefined: the branch that HEAD names); undefined where there is none. One small exchange. */
  tip(ref: string | undefined, signal: AbortSignal): Promise<RefTip | undefined>
  /** Brings a ref's objects here and gives the commit it was at; no ref of ours is touched that anybody reads. */
  fetch(request: FetchRequest, signal: AbortSignal): Promise<string>
  /** Fails `git/moved` where the ref is elsewhere meanwhile, `git/rejected` where the server does not want it. */
  push(request: PushRequest, signal: AbortSignal): Promise<void>
}

const branchPrefix = 'refs/heads/'

export const branchRef = (branch: string): string => branchPrefix + branch

/** Where a branch is; without a name, the one that HEAD stands for. */
export const branchTip = async (
  transport: Transport,
  branch: string | undefined,
  signal: AbortSignal,
): Promise<RemoteTip | undefined> => {
  const tip = await transport.tip(branch === undefined ? undefined : branchRef(branch), signal)
  return tip?.ref.startsWith(branchPrefix)
    ? { branch: tip.ref.slice(branchPrefix.length), sha: tip.sha }
    : undefined
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
