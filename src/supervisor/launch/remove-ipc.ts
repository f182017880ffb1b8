/**
 * RemoveIPC= (systemd.exec(5)): shared memory, semaphores and message queues that a user's last process left behind. Never of
 * root, and never while anybody of that user still runs: it may be theirs.
 */
import { execFile } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync, rmdirSync, unlinkSync } from 'node:fs'
import { promisify } from 'node:util'
import { Folder } from './folder.ts'

const run = promisify(execFile)

/** Gives how many were removed. */
export async function removeIpcOf(uid: number): Promise<number> {
  if (uid === 0) return 0
  // In this order: whoever comes after the look at the processes has made none of what was listed.
  const listed = systemV.flatMap((kind) => idsOf(kind, uid).map((id) => [kind.flag, id]))
  const files = ['/dev/shm', '/dev/mqueue'].flatMap((path) => ownedBelow(path, uid))
  if (listed.length + files.length === 0 || hasProcesses(uid)) return 0
  // One at a time: the others go, whatever becomes of one.
  const removed = await Promise.all(listed.map((words) => run('ipcrm', words).then(isDone, isNotDone)))
  return removed.filter(Boolean).length + files.filter(removeFile).length
}

const isDone = (): boolean => true
const isNotDone = (): boolean => false

/** Files of /proc/sysvipc, their column of ids, and what ipcrm(1) calls their objects. */
const systemV = [
  { name: 'shm', id: 'shmid', flag: '-m' },
  { name: 'sem', id: 'semid', flag: '-s' },
  { name: 'msg', id: 'msqid', flag: '-q' },
] as const

/** Memory that is attached somewhere is another user's by now. */
function idsOf({ name, id }: (typeof systemV)[number], uid: number): readonly string[] {
  const [head, ...lines] = readLines(`/proc/sysvipc/${name}`)
  const columns = head ?? []
  const at = (line: readonly string[], column: string): string => line[columns.indexOf(column)] ?? ''
  return lines
    .filter((line) => at(line, 'uid') === String(uid) && !(Number(at(line, 'nattch')) > 0))
    .map((line) => at(line, id))
}

function readLines(path: string): readonly (readonly string[])[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'latin1').trimEnd().split('\n')
  return lines.map((line) => line.trim().split(/\s+/))
}

interface Found {
  readonly folder: string
  readonly name: string
  readonly isFolder: boolean
}

/** What is in a folder comes before it. */
function ownedBelow(path: string, uid: number): readonly Found[] {
  if (!existsSync(path)) return []
  return readdirSync(path).flatMap((name) => {
    const found = lstatSync(`${path}/${name}`, { throwIfNoEntry: false })
    if (found?.uid !== uid) return []
    const isFolder = found.isDirectory()
    const within = isFolder ? ownedBelow(`${path}/${name}`, uid) : []
    return [...within, { folder: path, name, isFolder }]
  })
}

function removeFile({ folder: path, name, isFolder }: Found): boolean {
  let folder: Folder | undefined
  try {
    folder = Folder.open(path)
    if (isFolder) rmdirSync(folder.at(name))
    else unlinkSync(folder.at(name))
    return true
  } catch {
    return false
  } finally {
    folder?.close()
  }
}

/** Real, effective, saved: any of the four makes a process that user's. */
const hasProcesses = (uid: number): boolean =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => isOf(pid, uid))

function isOf(pid: string, uid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    const ids = /^Uid:\t(.*)$/m.exec(status)?.[1]?.split('\t') ?? []
    return ids.includes(String(uid)) && !/^State:\t[ZX]/m.test(status)
  } catch {
    // It has gone meanwhile.
    return false
  }
}
