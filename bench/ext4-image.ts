/**
 * An ext4 of its own in memory: what a file system does, without a disk's moods. All of its blocks are written to before, for
 * in a virtual machine the first touch of a page may cost more than all that is measured.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const memoryDirectory = '/dev/shm'

/** Undefined where it can't be made: not root, no loop devices, no room. */
export const withExt4Image = async <T>(
  mebibytes: number,
  work: (directory: string) => Promise<T>,
): Promise<T | undefined> => {
  if (process.getuid?.() !== 0) return undefined
  const home = mkdtempSync(join(memoryDirectory, 'gitproc-bench-ext4-'))
  const directory = mkdtempSync(join(tmpdir(), 'gitproc-bench-ext4-'))
  const remove = (): void => {
    spawnSync('umount', [directory], { stdio: 'ignore' })
    rmSync(home, { recursive: true, force: true })
    rmdirSync(directory)
  }
  const end = (): void => process.exit(1)
  // Who loses patience shall not keep gigabytes of memory.
  process.once('exit', remove)
  for (const signal of signals) process.once(signal, end)
  try {
    return isMounted(join(home, 'image'), directory, mebibytes) ? await work(directory) : undefined
  } finally {
    for (const signal of signals) process.off(signal, end)
    process.off('exit', remove)
    remove()
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const

const isMounted = (image: string, directory: string, mebibytes: number): boolean => {
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${image}`, 'bs=1M', `count=${mebibytes}`, 'status=none'])
    execFileSync('mkfs.ext4', ['-q', '-F', '-E', 'nodiscard', image])
    execFileSync('mount', ['-o', 'loop,relatime', image, directory])
    return true
  } catch (error) {
    console.error(`no ext4 in memory: ${(error as Error).message}`)
    return false
  }
}
