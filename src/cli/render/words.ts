/** Numbers as people say them: ages, sizes, names of units and commits. */
import type { Revision } from '../../base/revision.ts'
import type { Look } from './style.ts'

/** `4s`, `12m`, `3h`, `41d`. */
export const span = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}

/** Short times with their fraction: `0.3 s`, `41 s`. */
export const shortSpan = (ms: number): string => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : span(ms))

/** `12m ago`, or the time itself in UTC. */
export const since = (atMs: number, look: Pick<Look, 'isUtc' | 'nowMs'>): string =>
  look.isUtc ? timestamp(atMs) : `${span(look.nowMs - atMs)} ago`

/** `12m`, or the time itself in UTC. */
export const age = (atMs: number, look: Pick<Look, 'isUtc' | 'nowMs'>): string =>
  look.isUtc ? timestamp(atMs) : span(look.nowMs - atMs)

export const timestamp = (atMs: number): string =>
  new Date(atMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z')

const binaryUnits = ['B', 'K', 'M', 'G', 'T', 'P'] as const

/** `84M`, `1.5G`, `512B`, as in unit files. */
export const bytes = (count: number): string => {
  let value = count
  let index = 0
  while (value >= 1024 && index < binaryUnits.length - 1) {
    value /= 1024
    index += 1
  }
  const digits = value >= 10 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)
  return `${digits}${binaryUnits[index]}`
}

/** `web` for `web.service`: the suffix goes without saying for services only. */
export const shortName = (unit: string): string => unit.replace(/\.service$/, '')

/** `web` means `web.service`, as in systemctl. */
export const fullName = (name: string): string =>
  /\.(service|timer|socket|path|target|slice|mount|automount|swap|scope|device)$/.test(name)
    ? name
    : `${name}.service`

export const shortSha = (sha: string | undefined): string => sha?.slice(0, 7) ?? '-'

export const quotedSubject = (revision: Pick<Revision, 'subject'>): string => `"${revision.subject}"`

/** `1 unit`, `2 units`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
