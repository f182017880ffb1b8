/**
 * What our own starter (a shell, a terminal, a test) left open in us is no service's business. Node marks the first
 * sixteen of such files as closed on exec, and those behind up to the first gap: the others would reach whatever node
 * itself spawns, which are the services that inherit sockets, hooks and probes.
 */
import { readdirSync } from 'node:fs'
import { loadCLibrary } from './c-library.ts'
import { readOrUndefined } from './proc.ts'

const setDescriptorFlags = 2
const closeOnExec = 1
/** O_CLOEXEC, as the octal `flags:` of /proc/PID/fdinfo show it; the same on every architecture that node runs on. */
const closedOnExec = 0o2000000

/** To be called before anything is spawned. Gives the descriptors that it found open to others. */
export function keepStarterFiles(): readonly number[] {
  const open = readdirSync('/proc/self/fd').map(Number).filter(isPassedOn)
  if (open.length === 0) return []
  try {
    const fcntl = loadCLibrary()('int fcntl(int fd, int command, ...)')
    return open.filter((fd) => fcntl(fd, setDescriptorFlags, 'int', closeOnExec) === 0)
  } catch {
    // Without koffi nothing can be done about it.
    return []
  }
}

const isPassedOn = (fd: number): boolean => {
  if (fd < 3) return false
  const flags = /^flags:\s+([0-7]+)$/m.exec(readOrUndefined(`/proc/self/fdinfo/${fd}`) ?? '')?.[1]
  return flags !== undefined && (Number.parseInt(flags, 8) & closedOnExec) === 0
}
