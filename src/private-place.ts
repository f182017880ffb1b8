/** The directory under /tmp that stands in for `$XDG_RUNTIME_DIR`: whoever gets there first must not own what we trust. */
import { lstatSync, mkdirSync } from 'node:fs'
import { GitprocError } from './base/error.ts'

/** Makes it, for us alone, if missing. Fails `store/write` where it is somebody else's, or others may change it. */
export const makePrivate = (path: string, uid: number): void => {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unsafe(path, (error as Error).message)
  }
  const found = lstatSync(path)
  if (!found.isDirectory()) throw unsafe(path, 'it is no directory')
  if (found.uid !== uid) throw unsafe(path, `it belongs to uid ${found.uid}, not to ${uid}`)
  if ((found.mode & 0o022) !== 0) throw unsafe(path, 'others may write in it')
}

const unsafe = (path: string, why: string): GitprocError =>
  new GitprocError('store/write', `cannot keep the run directory in ${path}: ${why}`, {
    remedy: 'set XDG_RUNTIME_DIR to a directory of your own, or use --run-dir and --socket',
  })
