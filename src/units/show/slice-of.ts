/** The slice that a unit lies in where it names none (systemd.slice(5)). */
import type { LoadedUnit } from '../loaded-unit.ts'
import { parseUnitName } from '../name.ts'
import { escapeName } from '../name-escape.ts'

/** Instances of a template share a slice of their own. */
export const sliceOf = (loaded: LoadedUnit, written: string | undefined): string => {
  if (loaded.type === 'slice') return parentSlice(loaded.name)
  if (written !== undefined) return written
  if (loaded.type === 'mount' && isKernelMount(loaded.mount?.Where ?? '')) return rootSlice
  const parts = parseUnitName(loaded.name)
  return parts?.instance === undefined ? 'system.slice' : `system-${escapeName(parts.prefix)}.slice`
}

const rootSlice = '-.slice'

const parentSlice = (name: string): string => {
  if (name === rootSlice) return ''
  const dash = name.lastIndexOf('-')
  return dash < 0 ? rootSlice : `${name.slice(0, dash)}.slice`
}

/** File systems of the kernel, there before any service. */
const isKernelMount = (path: string): boolean => /^\/(?:dev|proc|sys|run)(?:\/|$)/.test(path)
