/** The socket as a file: who may use it, and what to do with one that a dead daemon left behind. */
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, watch } from 'node:fs'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { basename, dirname } from 'node:path'
import { GitprocError } from '../base/error.ts'
import type { Log } from '../base/log.ts'

/** Members of this group may talk to a daemon of root's. */
const groupName = 'gitproc'
const socketMode = 0o660
/** The kernel's limit for the path of a unix socket, the closing NUL included. */
const maxPathBytes = 108

/** Listens, mode 0660. Fails `api/socket` where another daemon answers there, something else lies there, or it can't be made. */
export const listenOn = async (server: Server, path: string): Promise<void> => {
  if (Buffer.byteLength(path) >= maxPathBytes)
    throw unusable(path, `the path is longer than ${maxPathBytes - 1} bytes, the kernel's limit`)
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  } catch (error) {
    throw unusable(path, (error as Error).message, error)
  }
  await removeStale(path)
  await listening(server, path)
  restrict(path)
}

/**
 * Makes the socket anew whenever its file is removed (a cleaner of /tmp, a careless `rm`): without it nobody could talk to
 * the daemon again. Connections that are open go on. Gives what ends the watch.
 */
export const keepListening = (server: Server, path: string, log: Log): (() => void) => {
  let isUnderWay = false
  const repair = async (): Promise<void> => {
    if (isUnderWay || existsSync(path)) return
    isUnderWay = true
    try {
      server.close()
      await listenOn(server, path)
      log.warn('the socket had been removed and was made anew', { path })
    } catch (error) {
      log.error('the socket was removed: restart the daemon', { path, error: String(error) })
    }
    isUnderWay = false
  }
  const watcher = watch(dirname(path), (_, name) => {
    if (name === basename(path)) void repair()
  })
  watcher.on('error', (error) => log.warn('the socket is not watched', { path, error: error.message }))
  return () => watcher.close()
}

const removeStale = async (path: string): Promise<void> => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isSocket()) throw unusable(path, 'something that is no socket lies there')
  if (await answers(path)) throw unusable(path, 'another process answers there')
  rmSync(path, { force: true })
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(path)
    probe.on('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.on('error', () => resolve(false))
  })

/** The umask closes the moment between bind and chmod, in which a socket would be open to all. */
const listening = (server: Server, path: string): Promise<void> => {
  const umask = process.umask(0o117)
  return new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(unusable(path, error.message, error)))
    server.listen(path, resolve)
    process.umask(umask)
  })
}

const restrict = (path: string): void => {
  chmodSync(path, socketMode)
  const group = process.getuid?.() === 0 ? groupId() : undefined
  if (group !== undefined) chownSync(path, 0, group)
}

const groupId = (): number | undefined => {
  try {
    const line = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${groupName}:`))
    const id = Number(line?.split(':')[2])
    return Number.isInteger(id) && line !== undefined ? id : undefined
  } catch {
    return undefined
  }
}

const unusable = (path: string, why: string, cause?: unknown): GitprocError =>
  new GitprocError('api/socket', `cannot listen on ${path}: ${why}`, {
    remedy: 'choose another with --socket PATH',
    cause,
  })
