/** A commit as gitproc saw it on the watched branch. */
export interface Revision {
  /** 40 hex digits. */
  readonly sha: string
  readonly branch: string
  /** First line of the commit message. */
  readonly subject: string
  readonly author: string
  /** Epoch milliseconds of the commit. */
  readonly committedAtMs: number
}

/** `main@4f2c91a`: how a revision is named everywhere. */
export const revisionName = (revision: Pick<Revision, 'sha' | 'branch'>): string =>
  `${revision.branch}@${revision.sha.slice(0, 7)}`
