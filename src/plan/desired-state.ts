/** The desired state of a revision: what its folder comes to, and every finding. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { FileTree } from '../base/file-tree.ts'
import type { Revision } from '../base/revision.ts'
import { type Derivation, derive, type Surroundings } from './derivation.ts'
import type { DesiredState } from './desired.ts'

/** From the files alone; the controller, which has seen an earlier revision, derives the next from that. */
export const desiredState = (revision: Revision, tree: FileTree, surroundings: Surroundings): DesiredState =>
  desiredBy(revision, derive(tree, surroundings))

export const desiredBy = (
  revision: Revision,
  { folder, graph, lacking, cycles }: Derivation,
): DesiredState => ({
  ...graph,
  revision,
  diagnostics:
    lacking.size + cycles.length === 0
      ? folder.diagnostics
      : [...folder.diagnostics, ...[...lacking.values()].flat(), ...cycles],
})

/** True where a finding stops the revision from being applied. */
export const isRefused = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === 'error')
