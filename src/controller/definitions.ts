/** From a source of unit files to definitions that can be deployed: of a revision, or of what was applied before. */
import type { FileTree } from '../base/file-tree.ts'
import type { Revision } from '../base/revision.ts'
import { derive } from '../plan/derivation.ts'
import type { DesiredState } from '../plan/desired.ts'
import { desiredBy, isRefused } from '../plan/desired-state.ts'
import { strictly } from '../plan/strict.ts'
import type { Rejection } from '../store/records.ts'
import type { AppliedSet, Definitions } from './applied-set.ts'
import { withoutRejected } from './rejections.ts'
import type { World } from './world.ts'

/** What a revision asks for, before anything is held back. */
export interface Parsed {
  readonly desired: DesiredState
  readonly tree: FileTree
  readonly isRefused: boolean
}

export const parse = async (revision: Revision, tree: FileTree, world: World): Promise<Parsed> => {
  const host = await world.hostFacts()
  const { folderPath, isStrict } = world.policy
  const derived = derive(tree, { host, folderPath }, world.derived)
  world.remember(derived)
  const found = desiredBy(revision, derived)
  const diagnostics = isStrict ? strictly(found.diagnostics) : found.diagnostics
  return { desired: { ...found, diagnostics }, tree, isRefused: isRefused(diagnostics) }
}

export interface HeldBack {
  readonly definitions: Definitions
  readonly inForce: readonly Rejection[]
  readonly obsolete: readonly Rejection[]
}

/** The revision with each rejected definition replaced by its last good one. */
export const holdBack = async ({ desired, tree }: Parsed, world: World): Promise<HeldBack> => {
  const rejections = world.rejections.all()
  if (rejections.length === 0) return { definitions: plain(desired, tree, world), inForce: [], obsolete: [] }
  const good = await definitionsOf(world.good, desired.revision, world)
  const overlaid = withoutRejected(desired, rejections, good.desired.units)
  const kept = new Set(overlaid.inForce.map((rejection) => rejection.unit))
  return {
    definitions: {
      desired: overlaid.desired,
      treeOf: (unit) => (kept.has(unit) ? good.treeOf(unit) : tree),
      revisionOf: (unit) => (kept.has(unit) ? good.revisionOf(unit) : desired.revision.sha),
      folderPath: good.folderPath,
    },
    inForce: overlaid.inForce,
    obsolete: overlaid.obsolete,
  }
}

const plain = (desired: DesiredState, tree: FileTree, { policy }: World): Definitions => ({
  desired,
  treeOf: () => tree,
  revisionOf: () => desired.revision.sha,
  folderPath: policy.folderPath,
})

/** A set of applied definitions as something that can be deployed again, under the name of a revision. */
export const definitionsOf = async (
  set: AppliedSet,
  revision: Revision,
  world: World,
): Promise<Definitions> => {
  const tree = await set.tree()
  const { desired } = await parse(revision, tree, world)
  const units = new Map([...desired.units].filter(([name]) => set.get(name) !== undefined))
  return {
    desired: { ...desired, units },
    treeOf: () => tree,
    revisionOf: (unit) => set.get(unit)?.revision ?? revision.sha,
    folderPath: world.policy.folderPath,
  }
}
