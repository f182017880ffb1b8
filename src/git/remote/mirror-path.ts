/** Where the mirror of a remote lies: below the state directory, one for each URL. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { parseRemoteUrl, remoteName } from './remote-url.ts'

export const mirrorsDirectory = (stateDirectory: string): string => join(stateDirectory, 'mirror')

export const knownHostsFile = (stateDirectory: string): string => join(stateDirectory, 'known_hosts')

/** The bare repository; whoever reads it needs no network. Fails `config/invalid`. */
export const mirrorPath = (stateDirectory: string, remote: string): string => {
  const url = parseRemoteUrl(remote)
  const name = remoteName(url).replace(/[^\w.-]/g, '_')
  const hash = createHash('sha256').update(url.href).digest('hex').slice(0, 12)
  return join(mirrorsDirectory(stateDirectory), `${name}-${hash}.git`)
}

/** Where the notes of the remote lie whose mirror is at this path. */
export const notesPath = (mirror: string): string => mirror.replace(/\.git$/, '.notes')
