/** Finds processes by the directory that they have to do with, and ends them. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

export interface Found {
  readonly pid: number
  readonly words: string
}

export const inWord = ({ pid, words }: Found): string => `${pid} (${words.slice(0, 100)})`

/**
 * Those that have something open in the directory, stand in it, or name it on their command line or in their environment,
 * and what they have started. Services are given a clean environment, but write their logs into the directory of their test.
 */
export function processesOf(directory: string): readonly Found[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const found = new Set(all.filter((pid) => concerns(pid, directory)))
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const pid of all) if (found.has(parentOf(pid))) found.add(pid)
  }
  return [...found]
    .map((pid) => ({ pid: Number(pid), words: commandLine(pid) }))
    .filter(({ words }) => words !== '')
}

/** What it ended. Again until there is none: the first look may have missed the youngest. */
export function endProcessesOf(directory: string): readonly Found[] {
  const ended: Found[] = []
  for (let round = 0; round < 10; round++) {
    const found = processesOf(directory)
    if (found.length === 0) break
    ended.push(...found)
    for (const { pid } of found) endProcess(pid)
  }
  return ended
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

const concerns = (pid: string, directory: string): boolean =>
  ['cmdline', 'environ'].some((file) => read(pid, file).includes(directory)) ||
  ['cwd', 'root', ...openFiles(pid)].some((link) => isBelow(target(pid, link), directory))

const isBelow = (path: string, directory: string): boolean => `${path}/`.startsWith(`${directory}/`)

/** Empty for kernel threads and for the dead. */
const commandLine = (pid: string): string => read(pid, 'cmdline').replaceAll('\0', ' ').trim()

const parentOf = (pid: string): string => /\) \S (\d+)/.exec(read(pid, 'stat'))?.[1] ?? ''

function read(pid: string, file: string): string {
  try {
    return readFileSync(join('/proc', pid, file), 'utf8')
  } catch {
    return ''
  }
}

function target(pid: string, link: string): string {
  try {
    return readlinkSync(join('/proc', pid, link))
  } catch {
    return ''
  }
}

function openFiles(pid: string): readonly string[] {
  try {
    return readdirSync(join('/proc', pid, 'fd')).map((fd) => join('fd', fd))
  } catch {
    return []
  }
}
