/**
 * Rules about what a process sees of the file system → the mounts that bring it about, in order. Pure: paths are looked
 * up before (`resolve-rules.ts`), mounts are made after (`confine.pl`).
 *
 * Each path that a rule names gets at most one mount of its own, parents before children. Where rules meet, the stricter
 * wins on the same path, the longer path otherwise, as systemd.exec(5) has it.
 */
import type { MountRule } from './confinement.ts'

/** Paths are as the process will see them, without symbolic links. */
export type ResolvedRule = MountRule & {
  readonly path: MountRule['path'] & {
    readonly isThere: boolean
    /** Of a bind mount: whether its source is one. */
    readonly isDirectory: boolean | undefined
  }
}

export type MountStep =
  /** A place to mount on, missing so far. */
  | {
      readonly kind: 'make'
      readonly target: string
      readonly isDirectory: boolean
      readonly directive: string
    }
  /** The tree at `source` appears at `target`. */
  | {
      readonly kind: 'tree'
      readonly target: string
      readonly source: string
      /** `first`: as it is before any step; `then`: as it is when its turn comes. */
      readonly taken: 'first' | 'then'
      readonly isRecursive: boolean
      readonly attributes: Attributes
      /** What is made at its target where that is missing. Absent: nothing. */
      readonly makes?: 'file' | 'directory'
      readonly isOptional: boolean
      readonly directive: string
    }
  /** What is at `target` already gets these, all below it included. */
  | {
      readonly kind: 'attributes'
      readonly target: string
      readonly attributes: Attributes
      readonly isRecursive: boolean
      readonly isOptional: boolean
      readonly directive: string
    }
  | {
      readonly kind: 'new'
      readonly type: 'tmpfs' | 'proc' | 'sysfs' | 'mqueue'
      readonly target: string
      readonly options: string
      readonly attributes: Attributes
      readonly isOptional: boolean
      readonly directive: string
    }
  | {
      readonly kind: 'symlink'
      readonly target: string
      readonly source: string
      readonly isOptional: boolean
      readonly directive: string
    }

export interface Attributes {
  readonly isReadOnly: boolean
  readonly isNoExec: boolean
  readonly isNoSuid: boolean
  readonly isNoDev: boolean
}

const none: Attributes = { isReadOnly: false, isNoExec: false, isNoSuid: false, isNoDev: false }

/** Where an inaccessible path leads instead: an empty file and an empty folder on the host. */
export interface Voids {
  readonly file: string
  readonly directory: string
}

export function planMounts(rules: readonly ResolvedRule[], voids: Voids): readonly MountStep[] {
  const paths = [...new Set(rules.map(({ path }) => path.path))].sort(byPlace)
  const points = paths.map((path) => pointOf(path, rules))
  // Nothing below an inaccessible path is of any use, and nothing of it may come back.
  const open = points.filter(({ path }) => !points.some((point) => point.isVoid && isBelow(path, point.path)))
  const steps = open.flatMap((point) => stepsOf(point, open, voids))
  return [...open.flatMap((point) => placeFor(point, open)), ...steps, ...sealed(open)]
}

/** All that the rules say of one path. */
interface Point {
  readonly path: string
  readonly rule: ResolvedRule
  readonly isVoid: boolean
  readonly placed: Placing | undefined
  /** Undefined: as above it. */
  readonly isReadOnly: boolean | undefined
  readonly isNoExec: boolean | undefined
}

type Placing = Extract<ResolvedRule, { readonly kind: 'bind' | 'tmpfs' | 'kernel' | 'symlink' }> &
  Pick<ResolvedRule, 'path'>

function pointOf(path: string, rules: readonly ResolvedRule[]): Point {
  const here = rules.filter((rule) => rule.path.path === path)
  const accesses = here.flatMap((rule) => (rule.kind === 'access' ? [rule] : []))
  const execs = here.flatMap((rule) => (rule.kind === 'exec' ? [rule.isAllowed] : []))
  const placed = placings.flatMap((kind) => here.filter((rule) => rule.kind === kind))[0] as
    | Placing
    | undefined
  const strictest = accessRanks.flatMap((access) => accesses.filter((rule) => rule.access === access))[0]
  const isReadOnly = strictest === undefined ? undefined : strictest.access === 'read-only'
  return {
    path,
    rule: strictest ?? placed ?? here[0]!,
    isVoid: strictest?.access === 'inaccessible',
    placed,
    isReadOnly: isReadOnly === true || placed === undefined ? isReadOnly : isMadeReadOnly(placed),
    isNoExec: execs.length === 0 ? undefined : execs.includes(false),
  }
}

/** Before anything becomes read-only. What lies on new ground is made when it is there. */
function placeFor(point: Point, points: readonly Point[]): readonly MountStep[] {
  const { placed, path } = point
  if (placed === undefined || placed.path.isThere || placed.kind === 'symlink') return []
  if (isOnNewGround(point, points)) return []
  const isDirectory = placed.kind !== 'bind' || placed.path.isDirectory !== false
  return [{ kind: 'make', target: path, isDirectory, directive: placed.path.directive }]
}

const isOnNewGround = (point: Point, points: readonly Point[]): boolean =>
  nearest(point, points, (other) => other.placed !== undefined && other.path !== point.path) !== undefined

/** The strongest first. */
const placings = ['bind', 'kernel', 'symlink', 'tmpfs'] as const
const accessRanks = ['inaccessible', 'read-only', 'read-write'] as const

const isMadeReadOnly = (rule: Placing): boolean => 'isReadOnly' in rule && rule.isReadOnly

function stepsOf(point: Point, points: readonly Point[], voids: Voids): readonly MountStep[] {
  const { path, rule, placed } = point
  const common = { target: path, isOptional: rule.path.isOptional, directive: rule.path.directive }
  if (point.isVoid) return [voidStep(point, voids)]
  const attributes = attributesOf(point, points)
  if (placed !== undefined) return [placedStep(placed, attributes, common)]
  const above = nearest(point, points, (other) => other.path !== path)
  const before = above === undefined ? none : attributesOf(above, points)
  if (before.isReadOnly === attributes.isReadOnly && before.isNoExec === attributes.isNoExec) return []
  if (path === '/') return [{ kind: 'attributes', ...common, attributes, isRecursive: true }]
  const taken = isOnNewGround(point, points) ? 'then' : 'first'
  return [{ kind: 'tree', ...common, source: path, taken, isRecursive: true, attributes }]
}

const voidStep = ({ path, rule }: Point, voids: Voids): MountStep => ({
  kind: 'tree',
  target: path,
  source: rule.path.isDirectory === true ? voids.directory : voids.file,
  taken: 'first',
  isRecursive: false,
  attributes: { isReadOnly: true, isNoExec: true, isNoSuid: true, isNoDev: true },
  isOptional: rule.path.isOptional,
  directive: rule.path.directive,
})

function placedStep(
  placed: Placing,
  attributes: Attributes,
  common: { readonly target: string; readonly isOptional: boolean; readonly directive: string },
): MountStep {
  switch (placed.kind) {
    case 'bind':
      return {
        kind: 'tree',
        ...common,
        source: placed.source,
        taken: 'first',
        isRecursive: placed.isRecursive,
        attributes,
        makes: placed.path.isDirectory === false ? 'file' : 'directory',
      }
    case 'symlink':
      return { kind: 'symlink', ...common, source: placed.target }
    case 'tmpfs': {
      // What is mounted in it needs a place in it: it becomes read-only when all is there.
      const open = { isReadOnly: false, isNoExec: attributes.isNoExec, isNoSuid: true, isNoDev: true }
      return { kind: 'new', type: 'tmpfs', ...common, options: placed.options, attributes: open }
    }
    case 'kernel': {
      const locked = { isReadOnly: attributes.isReadOnly, isNoExec: true, isNoSuid: true, isNoDev: true }
      return { kind: 'new', type: placed.type, ...common, options: placed.options, attributes: locked }
    }
  }
}

/** The last steps: temporary file systems that nobody may write to. */
const sealed = (points: readonly Point[]): readonly MountStep[] =>
  points
    .filter(({ placed, isVoid, isReadOnly }) => placed?.kind === 'tmpfs' && !isVoid && isReadOnly === true)
    .map(({ path, rule }) => ({
      kind: 'attributes',
      target: path,
      attributes: { ...none, isReadOnly: true },
      isRecursive: false,
      isOptional: false,
      directive: rule.path.directive,
    }))

/** Each of both is said by the longest path that says anything about it. */
function attributesOf(point: Point, points: readonly Point[]): Attributes {
  const { placed } = point
  const isReadOnly = nearest(point, points, (other) => other.isReadOnly !== undefined)?.isReadOnly ?? false
  const isNoExec = nearest(point, points, (other) => other.isNoExec !== undefined)?.isNoExec ?? false
  return {
    ...none,
    isReadOnly,
    isNoExec: isNoExec || (placed?.kind === 'tmpfs' && placed.isNoExec),
  }
}

/** The longest path, its own included, that lies on the way to a point and fulfils a condition. */
const nearest = (
  point: Point,
  points: readonly Point[],
  fits: (point: Point) => boolean,
): Point | undefined =>
  points.findLast((other) => (other.path === point.path || isBelow(point.path, other.path)) && fits(other))

const isBelow = (path: string, folder: string): boolean =>
  path !== folder && path.startsWith(folder === '/' ? '/' : `${folder}/`)

/** A folder comes right before what is in it. */
const byPlace = (a: string, b: string): number => {
  const [left, right] = [a.replaceAll('/', '\0'), b.replaceAll('/', '\0')]
  if (left === right) return 0
  return left < right ? -1 : 1
}
