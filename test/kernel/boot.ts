/**
 * Runs the kernel tests on a real cgroup v2 kernel: directly where the host is one with all controllers, otherwise in
 * user-mode-linux over the host's own file system. Ends with the line `N passed, N failed`.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { followOutput, type Patience } from '../support/follow-output.ts'

const projectRoot = join(import.meta.dirname, '..', '..')
const needed = ['cpu', 'io', 'memory', 'pids']
/** A busy machine makes the guest slow, and not silent: each test says a line. What is above it ends before CI does. */
const patience: Patience = { silentMs: 4 * 60_000, totalMs: 18 * 60_000, lookMs: 500 }
const words = process.argv.slice(2)

const main = async (): Promise<number> => {
  if (process.getuid?.() !== 0) return skip('they need root')
  if (hostHasControllers())
    return spawnSync(process.execPath, command(), { cwd: projectRoot, stdio: 'inherit' }).status ?? 1
  if (!hasUserModeLinux())
    return skip(
      "this host has no cgroup v2 controllers, and Debian's package user-mode-linux could not be installed",
    )
  return inGuest()
}

const skip = (why: string): number => {
  console.log(`kernel tests skipped: ${why}`)
  console.log('0 passed, 0 failed')
  return 0
}

const command = (): string[] => [join(projectRoot, 'test', 'run.ts'), 'kernel', ...words]

/** The guest begins with an environment of its own. */
const settings = (): string[] =>
  ['GITPROC_ENTRY'].flatMap((name) => (process.env[name] === undefined ? [] : `${name}=${process.env[name]}`))

const hostHasControllers = (): boolean => {
  const file = '/sys/fs/cgroup/cgroup.controllers'
  return existsSync(file) && needed.every((name) => readFileSync(file, 'utf8').split(/\s+/).includes(name))
}

const hasUserModeLinux = (): boolean => {
  if (spawnSync('linux.uml', ['--version']).status === 0) return true
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'user-mode-linux'], {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return spawnSync('linux.uml', ['--version']).status === 0
}

/** The job lies beside the project, since /tmp of the guest is its own. */
const inGuest = async (): Promise<number> => {
  const job = mkdtempSync(join(projectRoot, 'node_modules', '.kernel-test-'))
  try {
    writeFileSync(join(job, 'directory'), projectRoot)
    writeFileSync(
      join(job, 'path'),
      `${join(process.execPath, '..')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    )
    writeFileSync(
      join(job, 'arguments'),
      `${['/usr/bin/env', ...settings(), process.execPath, ...command()].join('\n')}\n`,
    )
    writeFileSync(join(job, 'output'), '')
    const init = join(import.meta.dirname, 'guest-init.sh')
    const kernelArguments = [
      'mem=2G',
      'rootfstype=hostfs',
      'rootflags=/',
      'rw',
      `init=${init}`,
      `gitproc_job=${job}`,
    ]
    const guest = spawn(
      'linux.uml',
      [...kernelArguments, 'con=null', 'con0=null,fd:1', 'con1=null', 'quiet'],
      {
        stdio: ['ignore', 'ignore', 'ignore'],
      },
    )
    // Whoever ends us means the tests, and they are all in there.
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        guest.kill('SIGKILL')
      })
    const why = await followOutput(guest, join(job, 'output'), patience, (text) => process.stdout.write(text))
    if (!existsSync(join(job, 'status')))
      console.log(`the guest ended before the tests did${why === undefined ? '' : `: ${why}`}`)
    return existsSync(join(job, 'status')) ? Number(readFileSync(join(job, 'status'), 'utf8')) : 1
  } finally {
    rmSync(job, { recursive: true, force: true })
  }
}

process.exitCode = await main()
