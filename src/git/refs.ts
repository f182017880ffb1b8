/** Refs as files: loose, packed, symbolic (gitrepository-layout(5)). The tip of a branch costs one small read. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { GitprocError } from '../base/error.ts'
import { readBytes, readText } from './git-directory.ts'
import { isMissing } from './loose-object.ts'

const maxSymbolicDepth = 5

/** The id that a ref (`refs/heads/main`) holds, undefined when there is no such ref. Fails `git/unreadable`. */
export const readRef = (commonDir: string, ref: string, depth = 0): string | undefined => {
  const loose = readText(join(commonDir, ref))
  if (loose === undefined) return readPackedRef(commonDir, ref)
  const target = symbolicTarget(loose)
  if (target !== undefined && depth < maxSymbolicDepth) return readRef(commonDir, target, depth + 1)
  const match = /^([0-9a-f]{40})\s*$/.exec(loose)
  if (match !== null) return match[1]
  throw new GitprocError(
    'git/unreadable',
    `${join(commonDir, ref)} holds no commit id: damaged or half-written`,
    {
      retry: 'later',
      remedy: `git -C ${commonDir} reflog show ${ref}`,
      data: { ref },
    },
  )
}

/** The ref that a HEAD stands for, undefined when it is detached. */
export const headRef = (gitDir: string): string | undefined =>
  symbolicTarget(readText(join(gitDir, 'HEAD')) ?? '')

/** Names of all local branches, for messages. */
export const branchNames = (commonDir: string): string[] => {
  const packed = [
    ...readPacked(commonDir)
      .toString('latin1')
      .matchAll(/^[0-9a-f]{40} refs\/heads\/(.+)$/gm),
  ]
  return [
    ...new Set([...looseNames(join(commonDir, 'refs/heads')), ...packed.map((match) => match[1] as string)]),
  ].sort()
}

/** A ref's name that git would take (git-check-ref-format(1)): also keeps a path from leaving the directory. */
export const isRefName = (name: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$|(^|\/)\.|\.lock(\/|$)|^@$|^$/.test(name)

const symbolicTarget = (text: string): string | undefined => {
  const target = /^ref:\s*(\S+)\s*$/.exec(text)?.[1]
  return target !== undefined && isRefName(target) ? target : undefined
}

/** Looked up in the bytes: a file of a hundred thousand refs isn't parsed for one of them. */
const readPackedRef = (commonDir: string, ref: string): string | undefined => {
  const packed = readPacked(commonDir)
  const line = Buffer.from(` ${ref}\n`)
  for (let at = packed.indexOf(line); at >= 40; at = packed.indexOf(line, at + 1)) {
    const oid = packed.toString('latin1', at - 40, at)
    if (/^[0-9a-f]{40}$/.test(oid) && (at === 40 || packed[at - 41] === 0x0a)) return oid
  }
  return undefined
}

const readPacked = (commonDir: string): Buffer => readBytes(join(commonDir, 'packed-refs')) ?? Buffer.alloc(0)

const looseNames = (directory: string): string[] => {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
