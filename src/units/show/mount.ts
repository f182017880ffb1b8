/** Properties that mounts and swaps alone have. */
import type { MountSettings, SwapSettings } from '../directives/tables.ts'
import { count, octal, type Properties } from './form.ts'

export const mountProperties = (mount: MountSettings): Properties => ({
  Type: mount.Type ?? '',
  TimeoutUSec: count(mount.TimeoutSec),
  DirectoryMode: octal(mount.DirectoryMode),
  Where: mount.Where ?? '',
  What: mount.What ?? '',
  Options: mount.Options ?? '',
})

export const swapProperties = (swap: SwapSettings): Properties => ({
  What: swap.What ?? '',
  Priority: swap.Priority,
  Options: swap.Options ?? '',
  TimeoutUSec: count(swap.TimeoutSec),
})
