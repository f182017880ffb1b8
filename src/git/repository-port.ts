/** What the controller and the command line need of a repository. */
import type { GitprocError } from '../base/error.ts'
import type { FileTree } from '../base/file-tree.ts'
import type { Revision } from '../base/revision.ts'

/** What is asked of commits before they are believed. */
export interface CommitEvidence {
  /** Fails `git/unreadable` where it is missing or damaged. */
  commit(sha: string): Promise<EvidentCommit>
  /** Commits that can be reached from `tip` and from none of `known`, newest first, at most `limit`. Fails `git/unreadable`. */
  newCommits(tip: string, known: readonly string[], limit: number): Promise<NewCommits>
}

export interface EvidentCommit {
  readonly revision: Revision
  /** As git holds it, signature included. */
  readonly bytes: Buffer
  readonly parents: readonly string[]
  /** Id of the watched folder's tree. */
  readonly folderTree: string
}

export interface NewCommits {
  readonly commits: readonly Revision[]
  /** False where there are more than the limit, or where a shallow clone was cut off before all were seen. */
  readonly isWhole: boolean
}

export interface Repository {
  /** Where it lies, for messages. */
  readonly path: string
  readonly branch: string
  readonly evidence: CommitEvidence
  /** The tip of the watched branch. Fails `git/no-branch`, `git/no-commit`. */
  head(): Promise<Revision>
  /**
   * Any revision a person can name: `HEAD~1`, a branch, a tag, a short or full SHA, `main@{1}`. `HEAD` is the tip of the
   * watched branch. Fails `git/bad-revision`.
   */
  resolve(revision: string): Promise<Revision>
  /**
   * The files of a revision: the watched folder, one level, plus `NAME.d/`, `NAME.wants/`, `NAME.requires/`. Unchanged
   * entries are the same objects as last time; bytes of what cannot be a unit file are read when asked for.
   */
  files(sha: string): Promise<FileTree>
  /**
   * One file of the watched folder, at any depth (`EnvironmentFile=`); undefined where there is none. Fails `git/no-file` for
   * a path that leads out of the folder, or to something that is no file.
   */
  readFile(sha: string, path: string): Promise<Uint8Array | undefined>
  /** Commits from `sha` back, newest first, at most `limit`. */
  log(sha: string, limit: number): Promise<readonly Revision[]>
  /**
   * For each name, the newest commit not after `sha` that changed one of its paths in the watched folder; one walk for all.
   * A directory counts as one path. A name without an answer was never there, or changed longer ago than is looked at.
   */
  lastChanges(
    sha: string,
    paths: ReadonlyMap<string, readonly string[]>,
  ): Promise<ReadonlyMap<string, Revision>>
  /**
   * Names in the watched folder that the commits after `earlier` up to `sha` touch, directories as a whole. Undefined where they do
   * not lie in a row, or are many: then whatever was known at `earlier` is to be found anew.
   */
  touchedSince(earlier: string, sha: string): Promise<ReadonlySet<string> | undefined>
  /**
   * Makes a commit on the watched branch whose watched folder is that of `sha`, and updates a clean work tree.
   * Fails `git/dirty-work-tree`, `git/moved`, `git/unwritable`, and `plan/nothing` where the folder is that already.
   */
  commitTreeOf(
    sha: string,
    message: string,
    author: { readonly name: string; readonly email: string },
  ): Promise<Revision>
  /** Whether the first is the second or one of its ancestors; undefined where a shallow history does not reach far enough. */
  isAncestor(ancestor: string, descendant: string): Promise<boolean | undefined>
  /**
   * Puts a line below the notes about a commit, under `refs/notes/gitproc`; those of a remote are pushed there. Fails `git/moved`,
   * `git/unwritable`, and as a push does.
   */
  annotate(sha: string, line: string): Promise<void>
  /** Paths with uncommitted changes in the watched folder; empty for a bare repository. */
  uncommitted(): Promise<readonly string[]>
  /** Calls back soon after the branch may have moved, or how it stands with the remote; never with work done. */
  watch(listener: () => void): () => void
  /** What is known of the remote that is mirrored; undefined for a repository of this machine. */
  readonly remote: RemoteState | undefined
  /**
   * Looks at the remote now, and resolves when what is new there is here. Nothing to do for a repository of this machine.
   * Fails as a fetch does: `git/unreachable`, `git/unauthorized`, `git/host-key`, `git/no-branch`, …
   */
  look(): Promise<void>
}

/** How it stands with a remote: read for `status`, changes with every look. */
export interface RemoteState {
  /** Without credentials: such URLs are refused. */
  readonly url: string
  /** When the remote last said where the branch is. */
  readonly seenAtMs: number | undefined
  /** When it is asked again, unless somebody wants it sooner; undefined while it is being asked. */
  readonly nextLookAtMs: number | undefined
  /** What failed in the last look, since when; undefined when it went well. */
  readonly trouble: { readonly error: GitprocError; readonly sinceMs: number } | undefined
}
