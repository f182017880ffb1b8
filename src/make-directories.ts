/** The directories that a daemon needs before it can say anything: those of its run files and of its logs. */
import { ensureDirSync } from 'fs-extra'
import { GitprocError } from './base/error.ts'
import type { Config } from './config.ts'
import { placeOf } from './config-keys.ts'
import { makePrivate } from './private-place.ts'

/** Fails `store/write` where one cannot be made: an ordinary user is told which key to set. */
export const makeDirectories = (config: Config): void => {
  const uid = process.getuid?.() ?? 0
  const { isRoot, runtimeDirectory } = placeOf(uid, process.env)
  const isFallback = !isRoot && !process.env['XDG_RUNTIME_DIR']
  const isUsed = [config.runDirectory, config.socket].some((path) => path.startsWith(`${runtimeDirectory}/`))
  if (isFallback && isUsed) makePrivate(runtimeDirectory, uid)
  for (const path of [config.runDirectory, config.logDirectory]) {
    try {
      ensureDirSync(path, 0o755)
    } catch (cause) {
      throw new GitprocError(
        'store/write',
        `cannot make the directory ${path}: ${(cause as Error).message}`,
        {
          remedy: 'choose other directories with --run-dir, --state-dir and --log-dir, or run as root',
          cause,
        },
      )
    }
  }
}
