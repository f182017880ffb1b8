/** A set of applied definitions on disk. Two are kept: what is applied now, and what was last known to be good. */
import type { FileTree } from '../base/file-tree.ts'
import type { AppliedUnit } from './records.ts'

export interface AppliedStore {
  /** Everything in the set. Fails `store/read`; a torn last record is dropped and reported. */
  load(): Promise<ReadonlyMap<string, AppliedUnit>>
  /** The bytes behind the units' files, as a tree that `loadUnits` reads. */
  tree(units: Iterable<AppliedUnit>): Promise<FileTree>
  /** Adds or replaces units; durable when it resolves; costs in proportion to what is given. `tree` holds their files' bytes. */
  save(units: readonly AppliedUnit[], tree: FileTree): Promise<void>
  remove(names: readonly string[]): Promise<void>
}
