/**
 * Which directories and files to watch for one path, and what an event there means: the path itself where it is, its
 * parent for its coming and going, or the nearest parent that is there (inotify(7)). Nothing above is watched: a
 * directory that is moved away takes its watch along, and is looked for anew then.
 */
import type { PathWatch } from '../../units/values.ts'

export interface PlannedWatch {
  readonly path: string
  readonly mask: number
  /** Events of this entry only; undefined: of all. */
  readonly name: string | undefined
  /** An event means that what is watched for changes has changed. */
  readonly isChange: boolean
}

export const IN_MODIFY = 0x2
const IN_ATTRIB = 0x4
const IN_CLOSE_WRITE = 0x8
const IN_MOVED_FROM = 0x40
const IN_MOVED_TO = 0x80
const IN_CREATE = 0x100
const IN_DELETE = 0x200
const IN_DELETE_SELF = 0x400
const IN_MOVE_SELF = 0x800
export const IN_Q_OVERFLOW = 0x4000
export const IN_IGNORED = 0x8000

const self = IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
const arrivals = IN_CREATE | IN_MOVED_TO
const departures = IN_DELETE | IN_MOVED_FROM

const masks: Readonly<Record<PathWatch['kind'], number>> = {
  PathExists: self,
  PathExistsGlob: self | arrivals,
  DirectoryNotEmpty: self | arrivals,
  PathChanged: self | arrivals | departures | IN_CLOSE_WRITE,
  PathModified: self | arrivals | departures | IN_CLOSE_WRITE | IN_MODIFY,
}

/** What is gone is not watched any more: the plan has to be made anew. */
export const movesPlan = (mask: number): boolean =>
  (mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_Q_OVERFLOW)) !== 0

export const planWatches = (
  { kind, path }: PathWatch,
  exists: (path: string) => boolean,
): readonly PlannedWatch[] => {
  const isChange = kind === 'PathChanged' || kind === 'PathModified'
  const wanted = kind === 'PathExistsGlob' ? literalPart(path) : path
  if (exists(wanted)) return [atPath(wanted, masks[kind], isChange), ...atParent(wanted, isChange)]
  const folder = nearestThere(parentOf(wanted), exists)
  const name = wanted.slice(folder === '/' ? 1 : folder.length + 1).split('/')[0]
  return [{ path: folder, mask: self | arrivals, name, isChange: isChange && parentOf(wanted) === folder }]
}

const atPath = (path: string, mask: number, isChange: boolean): PlannedWatch => ({
  path,
  mask,
  name: undefined,
  isChange,
})

const atParent = (path: string, isChange: boolean): readonly PlannedWatch[] =>
  path === '/'
    ? []
    : [
        {
          path: parentOf(path),
          mask: arrivals | departures,
          name: path.slice(path.lastIndexOf('/') + 1),
          isChange,
        },
      ]

/** The folder above the first part with a pattern. */
const literalPart = (pattern: string): string => {
  const parts = pattern.split('/')
  const first = parts.findIndex((part) => /[*?[\\]/.test(part))
  return (first < 0 ? parts : parts.slice(0, first)).join('/') || '/'
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'

const nearestThere = (path: string, exists: (path: string) => boolean): string =>
  path === '/' || exists(path) ? path : nearestThere(parentOf(path), exists)
