/** Asks the host what specifiers, percentages and account checks want to know. */
import { readFileSync, statSync } from 'node:fs'
import { availableParallelism, hostname, release, totalmem, type UserInfo, userInfo } from 'node:os'
import { join } from 'node:path'
import { placeOf } from './config-keys.ts'
import type { HostFacts } from './units/host-facts.ts'

/** Reads everything anew; costs well under a millisecond. Whatever cannot be read is empty, never guessed. */
export const readHostFacts = (env: NodeJS.ProcessEnv = process.env): HostFacts => ({
  hostname: hostname(),
  prettyHostname: assignments('/etc/machine-info')['PRETTY_HOSTNAME'] ?? hostname(),
  machineId: line('/etc/machine-id'),
  bootId: line('/proc/sys/kernel/random/boot_id').replaceAll('-', ''),
  kernelRelease: release(),
  architecture: architectures[process.arch] ?? process.arch,
  osRelease: osRelease(),
  user: currentUser(),
  directories: directories(env),
  memoryBytes: totalmem(),
  pidLimit: Number(line('/proc/sys/kernel/pid_max')) || 32_768,
  cpuCount: availableParallelism(),
  ...accounts(),
})

/** Reads the facts again only when accounts or the host's name have changed: a daemon asks before each start of a unit. */
export const createHostFactsReader = (unitDirectory?: string): (() => HostFacts) => {
  let known: { readonly mark: string; readonly facts: HostFacts } | undefined
  return () => {
    const mark = [hostname(), ...['/etc/passwd', '/etc/group', '/etc/nsswitch.conf'].map(changedAt)].join()
    if (known?.mark !== mark)
      known = { mark, facts: { ...readHostFacts(), ...(unitDirectory && { unitDirectory }) } }
    return known.facts
  }
}

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Node's words → systemd's (ConditionArchitecture= in systemd.unit(5)). */
const architectures: Readonly<Record<string, string>> = {
  x64: 'x86-64',
  ia32: 'x86',
  arm: 'arm',
  arm64: 'arm64',
  ppc64: 'ppc64-le',
  riscv64: 'riscv64',
  s390x: 's390x',
  loong64: 'loongarch64',
  mips: 'mips',
  mipsel: 'mips-le',
}

const text = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const line = (path: string): string => text(path).trim()

const lines = (path: string): readonly string[] => text(path).split('\n')

const osRelease = (): Readonly<Record<string, string>> => {
  const found = assignments('/etc/os-release')
  return Object.keys(found).length > 0 ? found : assignments('/usr/lib/os-release')
}

/** Files of `NAME=value` lines, as os-release(5) and machine-info(5) describe them. */
const assignments = (path: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    lines(path).flatMap((entry) => {
      const match = /^([A-Z_0-9]+)=(?:"(.*)"|'(.*)'|(.*))$/.exec(entry.trim())
      return match ? [[match[1]!, match[2] ?? match[3] ?? match[4] ?? '']] : []
    }),
  )

const currentUser = (): HostFacts['user'] => {
  const { username, uid, gid, homedir, shell } = ownAccount()
  const group =
    lines('/etc/group')
      .find((entry) => entry.split(':')[2] === String(gid))
      ?.split(':')[0] ?? String(gid)
  return { name: username, group, uid, gid, home: homedir, shell: shell || '/bin/sh' }
}

/** An account without an entry in passwd is common in containers: its number is its name, as systemd has it. */
const ownAccount = (): UserInfo<string> => {
  try {
    return userInfo()
  } catch {
    const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
    return { username: String(uid), uid, gid, homedir: process.env['HOME'] || '/', shell: null }
  }
}

const directories = (env: NodeJS.ProcessEnv): HostFacts['directories'] => {
  const place = placeOf(process.getuid?.() ?? 0, env)
  const temporary = { temporary: env['TMPDIR'] || '/tmp', persistentTemporary: env['TMPDIR'] || '/var/tmp' }
  if (place.isRoot) {
    return {
      runtime: '/run',
      state: '/var/lib',
      cache: '/var/cache',
      logs: '/var/log',
      configuration: '/etc',
      ...temporary,
    }
  }
  return {
    runtime: place.runtimeDirectory,
    state: place.stateHome,
    cache: env['XDG_CACHE_HOME'] || join(place.home, '.cache'),
    logs: join(place.stateHome, 'log'),
    configuration: place.configHome,
    ...temporary,
  }
}

/** Accounts can be listed only where files are the sole source of them; elsewhere nothing is said about them beforehand. */
const accounts = (): Pick<HostFacts, 'users' | 'groups'> => ({
  users: isFromFiles('passwd') ? new Map(lines('/etc/passwd').flatMap(userEntry)) : new Map(),
  groups: isFromFiles('group') ? new Map(lines('/etc/group').flatMap(groupEntry)) : new Map(),
})

const isFromFiles = (database: string): boolean => {
  const entry = lines('/etc/nsswitch.conf').find((candidate) => candidate.startsWith(`${database}:`))
  const sources = entry?.slice(database.length + 1).split(/\s+/) ?? []
  return sources.every(
    (source) => ['', 'files', 'compat', 'systemd'].includes(source) || source.startsWith('['),
  )
}

const userEntry = (entry: string): [string, { uid: number; gid: number; home: string; shell: string }][] => {
  const [name, , uid, gid, , home = '/', shell = '/bin/sh'] = entry.split(':')
  return name && uid && gid
    ? [[name, { uid: Number(uid), gid: Number(gid), home, shell: shell || '/bin/sh' }]]
    : []
}

const groupEntry = (entry: string): [string, number][] => {
  const [name, , gid] = entry.split(':')
  return name && gid ? [[name, Number(gid)]] : []
}
