/**
 * Frees the first part of a file that somebody else is appending to, with fallocate(1) of util-linux. The writer's
 * O_APPEND writes go on at the end, wherever that is; the kernel orders them with the cut.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** `collapse` cuts the range out of the file (ext4, xfs); `punch` leaves a hole in its place (tmpfs, btrfs, …). */
export type FreeingOperation = 'collapse' | 'punch'

const flags: Record<FreeingOperation, string> = { collapse: '--collapse-range', punch: '--punch-hole' }

/**
 * A daemon that was killed may leave this script running, or about to run, while its successor does the same: so each
 * one takes the file's lock, and does nothing if the head file has moved on or the cut is made. `collapse` is not
 * repeatable by itself; the hole in the first block says that it is still to be done. The kernel holds writers up until
 * what is dirty is on the disk and what is cached is dropped, 30 to 500 ms for 64 MiB: dd does both before, while they write
 * on. Where it can't, they wait.
 */
const script = `
exec 9<"$1" && flock 9 || exit 1
[ "$(cat "$2")" = "$3" ] || exit 0
if [ "$4" = --collapse-range ] && ! cmp -s -n 4096 "$1" /dev/zero; then exit 0; fi
dd of="$1" count=0 conv=notrunc,nocreat,fdatasync oflag=nocache </dev/null 2>/dev/null
exec fallocate "$4" --offset 0 --length "$5" "$1"
`

export interface Freeing {
  readonly file: string
  readonly headFile: string
  /** What the head file says while this is to be done. */
  readonly headText: string
  readonly operation: FreeingOperation
  /** From the file's beginning; whole blocks, and less than the file. */
  readonly lengthBytes: number
}

/** Pure: what `sh` is called with. */
export const freeingArguments = (freeing: Freeing): readonly string[] => [
  '-c',
  script,
  'gitproc-free-head',
  freeing.file,
  freeing.headFile,
  freeing.headText,
  flags[freeing.operation],
  String(freeing.lengthBytes),
]

export const freeHead = async (freeing: Freeing): Promise<void> => {
  await run('/bin/sh', [...freeingArguments(freeing)])
}

/** What the file system of `directory` can do; undefined if it can do neither, or fallocate(1) is missing. */
export const probeFreeing = async (
  directory: string,
  blockBytes: number,
): Promise<FreeingOperation | undefined> => {
  const scratch = mkdtempSync(join(directory, '.probe-'))
  try {
    const file = join(scratch, 'file')
    writeFileSync(file, Buffer.alloc(3 * blockBytes, 1))
    for (const operation of ['collapse', 'punch'] as const) {
      if (
        await succeeds(
          run('fallocate', [flags[operation], '--offset', '0', '--length', String(blockBytes), file]),
        )
      )
        return operation
    }
    return undefined
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

const succeeds = (attempt: Promise<unknown>): Promise<boolean> =>
  attempt.then(
    () => true,
    () => false,
  )
