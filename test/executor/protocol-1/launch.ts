/** What an earlier gitproc left: a process directory with its spec, and a shim of that time with a service under it. */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const shim = fileURLToPath(new URL('./shim.sh', import.meta.url))

export interface OldLaunch {
  readonly unit: string
  readonly invocationId: string
  /** As main process, by /bin/sh. */
  readonly script: string
}

/** `runDirectory` has its doorbell already. */
export const launchAsEarlier = (runDirectory: string, { unit, invocationId, script }: OldLaunch): void => {
  const directory = join(runDirectory, unit, invocationId)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  writeFileSync(join(directory, 'spec.json'), JSON.stringify(savedLaunch(unit, invocationId, script)))
  const environment = {
    gitproc_dir: directory,
    gitproc_bell: join(runDirectory, '.doorbell'),
    gitproc_key: `${unit}/${invocationId}`,
    gitproc_stdout_kind: 'append',
    gitproc_stdout: join(runDirectory, '..', 'out'),
    gitproc_stderr_kind: 'same-as-stdout',
    gitproc_umask: '022',
    gitproc_directory: '/',
    gitproc_environment_count: '1',
    gitproc_environment_0: 'PATH=/usr/bin:/bin',
  }
  const nothing = Object.fromEntries(unused.map((name) => [`gitproc_${name}`, '']))
  const child = spawn('/bin/sh', [shim, '/bin/sh', '-c', script], {
    cwd: '/proc',
    env: { ...nothing, ...environment },
    stdio: 'ignore',
    detached: true,
  })
  child.unref()
}

const unused =
  'cgroup oom oom_self stdin stderr directory_optional limits ignore_pipe pid_variables environment_late'.split(
    ' ',
  )

/** Word for word what that gitproc wrote; `streams` knew neither pipes nor sockets. */
const savedLaunch = (unit: string, invocationId: string, script: string) => ({
  protocol: 1,
  bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  launchedAtMs: Date.now(),
  links: [],
  spec: {
    unit,
    invocationId,
    role: 'main',
    revision: 'aaaa',
    command: {
      path: '/bin/sh',
      argv: ['/bin/sh', '-c', script],
      environment: {},
      workingDirectory: '/',
      workingDirectoryOptional: false,
    },
    identity: { supplementaryGids: [], umask: 18 },
    streams: {
      stdin: { kind: 'null' },
      stdout: { kind: 'null' },
      stderr: { kind: 'null' },
      ignoreSigpipe: true,
    },
    limits: { rlimits: {} },
    sandbox: { privatePids: false, noNewPrivileges: false },
  },
})
