/** Which paths a command line may name, and their simple form. */
import { byteLength } from './syntax/raw-bytes.ts'

/** What is wrong with the path of a command, in systemd's terms; undefined where nothing is. */
export const execPathProblem = (path: string): string | undefined => {
  if (path === '') return 'the command line has no path'
  if (hasSpecialCharacter(path)) return `the path of the program has special characters: "${path}"`
  if (path.endsWith('/')) return `the path of the program is a folder: "${path}"`
  if (!(path.startsWith('/') ? isValidPath(path) : isValidFileName(path)))
    return `wants an absolute path or a bare program name, got "${path}"`
  return undefined
}

/** Double slashes and `.` components gone; `..` stays, for it may cross a symbolic link. */
export const simplifyPath = (path: string): string => {
  const components = path.split('/').filter((component) => component !== '' && component !== '.')
  return `${path.startsWith('/') ? '/' : ''}${components.join('/')}`
}

const hasSpecialCharacter = (path: string): boolean =>
  [...path].some((character) => character < ' ' || '"\'\\\x7f'.includes(character))

const isValidPath = (path: string): boolean =>
  byteLength(path) < 4096 && path.split('/').every((component) => byteLength(component) <= 255)

const isValidFileName = (name: string): boolean =>
  name !== '.' && name !== '..' && !name.includes('/') && byteLength(name) <= 255
