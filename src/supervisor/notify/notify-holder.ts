/**
 * Keeps the socket of sd_notify(3) open while one daemon follows another: a service that says READY=1 in between says it
 * once, and would else be taken for one that never came up. A shell inherits the socket and waits for the daemon's end; then
 * it holds on for a while, no longer: a queue that nobody reads is short, and who writes to a full one waits.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { ProcessId } from '../../base/process-id.ts'
import type { LibC } from '../lib-c.ts'
import { procFacts } from '../process-facts.ts'
import { endHolder, takeFromHolder } from '../sockets/socket-holder.ts'

/** A daemon that is started again at once is there long before. */
const secondsWithoutDaemon = 30

const recordOf = (path: string): string => `${path}.holder`

/** The socket at that path as an earlier daemon left it, with what waits in it; undefined where there is none to be had. */
export const takeHeldSocket = (path: string, libC: LibC): number | undefined => {
  const holder = readHolder(path)
  if (holder === undefined || !existsSync(path)) return undefined
  try {
    return takeFromHolder(holder, 1, libC)[0]
  } catch {
    // It has ended, or may not be asked (ptrace(2) is restricted for ordinary users): a new socket is made.
    return undefined
  } finally {
    endHolder(holder)
  }
}

/** Until it is called, or the daemon ends otherwise; where no process can be had for it, the socket ends with the daemon. */
type LetGo = () => void

export const holdSocket = (path: string, fd: number): LetGo => {
  const script = `read -r _; exec sleep ${secondsWithoutDaemon}`
  const child = spawn('sh', ['-c', script, 'gitproc-notify'], {
    cwd: '/',
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore', fd],
    detached: true,
  })
  child.on('error', () => {})
  const ourEnd = child.stdin as Socket | null
  ourEnd?.on('error', () => {})
  ourEnd?.unref()
  child.unref()
  const holder = child.pid === undefined ? undefined : procFacts.identify(child.pid)
  if (holder !== undefined)
    writeFileSync(recordOf(path), `${holder.pid} ${holder.startTicks}\n`, { mode: 0o600 })
  return () => ourEnd?.destroy()
}

const readHolder = (path: string): ProcessId | undefined => {
  try {
    const [pid, startTicks] = readFileSync(recordOf(path), 'latin1').trim().split(' ').map(Number)
    return pid && startTicks ? { pid, startTicks } : undefined
  } catch {
    return undefined
  }
}
