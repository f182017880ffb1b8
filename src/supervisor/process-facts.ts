/** /proc, for the few processes that no shim of ours watches. */
import { readFileSync } from 'node:fs'
import type { ProcessFacts } from './ports.ts'

export const procFacts: ProcessFacts = {
  identify(pid) {
    const fields = statFields(pid)
    return fields === undefined ? undefined : { pid, startTicks: Number(fields[19]) }
  },
  parentOf(pid) {
    const parent = statFields(pid)?.[1]
    return parent === undefined ? undefined : Number(parent)
  },
}

/** Fields 3 and on of /proc/PID/stat; the name before them may hold anything. A zombie counts as gone. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields
  } catch {
    return undefined
  }
}

/** Names this boot of the host or of the container that we are in. */
export const readBootMark = (bootId: string): string =>
  `${bootId}:${procFacts.identify(1)?.startTicks ?? '?'}`

/** Epoch ms at which pid 1 came up: the host's boot, or the container's. The kernel counts in hundredths of a second. */
export function readBootedAtMs(now: number): number {
  const uptimeMs = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 1000
  return Math.round(now - uptimeMs + (procFacts.identify(1)?.startTicks ?? 0) * 10)
}
