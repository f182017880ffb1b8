/** Rows of `[Mount]`, `[Automount]` and `[Swap]`: gitproc mounts nothing, and says so (systemd.mount(5) and its kin). */
import { boolean } from '../value-types/boolean.ts'
import { integer } from '../value-types/integer.ts'
import { fileMode } from '../value-types/mode.ts'
import { absolutePath } from '../value-types/path.ts'
import { text } from '../value-types/text.ts'
import { timeout } from '../value-types/time.ts'
import { rowsOf } from './row.ts'

const mount = rowsOf('systemd.mount(5)')
const automount = rowsOf('systemd.automount(5)')
const swap = rowsOf('systemd.swap(5)')
const notMounted = 'nothing is mounted'
const notSwapped = 'no swap is switched on'

export const mountDirectives = {
  What: mount.unsupported(text, undefined, notMounted),
  Where: mount.unsupported(absolutePath, undefined, notMounted),
  Type: mount.unsupported(text, undefined, notMounted),
  Options: mount.unsupported(text, undefined, notMounted),
  SloppyOptions: mount.unsupported(boolean, false, notMounted),
  LazyUnmount: mount.unsupported(boolean, false, notMounted),
  ForceUnmount: mount.unsupported(boolean, false, notMounted),
  ReadWriteOnly: mount.unsupported(boolean, false, notMounted),
  DirectoryMode: mount.unsupported(fileMode, 0o755, notMounted),
  TimeoutSec: mount.unsupported(timeout, 90e6, notMounted),
} as const

export const automountDirectives = {
  Where: automount.unsupported(absolutePath, undefined, notMounted),
  ExtraOptions: automount.unsupported(text, undefined, notMounted),
  DirectoryMode: automount.unsupported(fileMode, 0o755, notMounted),
  TimeoutIdleSec: automount.unsupported(timeout, 0, notMounted),
} as const

export const swapDirectives = {
  What: swap.unsupported(text, undefined, notSwapped),
  Priority: swap.unsupported(integer, -1, notSwapped),
  Options: swap.unsupported(text, undefined, notSwapped),
  TimeoutSec: swap.unsupported(timeout, 90e6, notSwapped),
} as const
