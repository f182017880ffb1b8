/** Where the host keeps the few programs that a launch may need; all of them are parts of util-linux or coreutils. */
import { accessSync, constants } from 'node:fs'

/** The tools that stand between the shim and the service, and the shell of the shim. */
export interface HostTools {
  readonly sh: string
  readonly setsid: string | undefined
  readonly setpriv: string | undefined
  readonly unshare: string | undefined
  readonly prlimit: string | undefined
  readonly nice: string | undefined
  /** Only used where argv[0] is not the program's path; bash where there is no perl. */
  readonly perl: string | undefined
  readonly bash: string | undefined
  readonly mkfifo: string | undefined
}

/** Never the PATH of the environment: what runs as root before the user switch comes from these folders. */
const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']

export const findHostTools = (): HostTools => ({
  // dash starts in half the time of bash, takes a fraction of its memory, and exports nothing of its own.
  sh: find('dash') ?? '/bin/sh',
  setsid: find('setsid'),
  setpriv: find('setpriv'),
  unshare: find('unshare'),
  prlimit: find('prlimit'),
  nice: find('nice'),
  perl: find('perl'),
  bash: find('bash'),
  mkfifo: find('mkfifo'),
})

const find = (name: string): string | undefined =>
  folders.map((folder) => `${folder}/${name}`).find((path) => isExecutable(path))

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
