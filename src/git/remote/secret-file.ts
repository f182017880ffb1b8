/** Secrets are read from files that nobody else can read, each time they are used: a new one needs no restart. */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { GitprocError } from '../../base/error.ts'

const maxSecretBytes = 64 * 1024

/** The text, without line breaks at its end. Fails `config/invalid` where others may read it. */
export const readSecret = (path: string, what: string): string => {
  const text = readPrivately(path, what).replace(/[\r\n]+$/, '')
  if (text === '') throw unusable(path, what, 'it is empty', `write the ${what} into ${path}`)
  return text
}

/** One that goes into a header or a signature: a single line. */
export const readSecretLine = (path: string, what: string): string => {
  const text = readSecret(path, what)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they would end the header
  if (/[\x00-\x1f\x7f]/.test(text))
    throw unusable(path, what, 'it has more than one line', `write one line into ${path}`)
  return text
}

const readPrivately = (path: string, what: string): string => {
  const fd = open(path, what)
  try {
    const stats = fstatSync(fd)
    const uid = process.getuid?.() ?? 0
    if (!stats.isFile() || stats.size > maxSecretBytes)
      throw unusable(path, what, 'it is no small file', `check ${path}`)
    if (stats.uid !== uid && stats.uid !== 0)
      throw unusable(path, what, `it belongs to uid ${stats.uid}`, `chown ${uid} ${path}`)
    if ((stats.mode & 0o077) !== 0)
      throw unusable(
        path,
        what,
        `others may use it (mode ${(stats.mode & 0o777).toString(8)})`,
        `chmod 600 ${path}`,
      )
    return readFileSync(fd, 'utf8')
  } finally {
    closeSync(fd)
  }
}

const open = (path: string, what: string): number => {
  try {
    return openSync(path, 'r')
  } catch (error) {
    throw unusable(path, what, (error as Error).message, `check ${path}`)
  }
}

const unusable = (path: string, what: string, why: string, remedy: string): GitprocError =>
  new GitprocError('config/invalid', `the ${what} in ${path} is not used: ${why}`, { remedy })
