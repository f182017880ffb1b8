/**
 * From `launch` to the main process, for N services at once and for one after the other, and what a shim weighs.
 * `node bench/launch.ts [N] [word of a case …]`
 */

import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MountRule } from '../src/executor/confinement.ts'
import type { ProcessEvent } from '../src/executor/executor.ts'
import type { LaunchSpec } from '../src/executor/launch-spec.ts'
import { createExecutor } from '../src/executor/process-executor.ts'
import { systemClock } from '../src/system-clock.ts'

const [countText = '500', ...words] = process.argv.slice(2)
const count = Number(countText)

/** What a careful unit asks for: the directives that Debian's redis-server has. */
const confinement: NonNullable<LaunchSpec['sandbox']['confinement']> = {
  namespaces: ['mount', 'uts'],
  mounts: [
    ...rules('read-only', '/', '/proc/sys', '/sys'),
    ...rules('read-write', '/proc', '/sys', '/dev', '/var/log', '/tmp'),
    ...rules('inaccessible', '/home', '/root', '/proc/kcore', '/proc/kallsyms'),
    { kind: 'tmpfs', path: place('/mnt'), options: 'mode=0755', isReadOnly: true, isNoExec: true },
    { kind: 'kernel', type: 'proc', path: place('/proc'), options: 'hidepid=invisible' },
  ],
  systemCalls: {
    denial: 'kill',
    filter: { isAllowList: false, names: ['mount', 'umount2', 'reboot', 'swapon', 'ptrace'] },
    deniedNamespaces: 0x7e020000,
    deniesWriteExecute: true,
    deniesRealtime: true,
    deniesSetuidFiles: true,
    locksPersonality: true,
    deniedCalls: [],
    isNativeOnly: true,
  },
}

function place(path: string): MountRule['path'] {
  return { path, inRoot: true, isOptional: true, directive: 'bench' }
}

function rules(
  access: 'read-only' | 'read-write' | 'inaccessible',
  ...paths: readonly string[]
): readonly MountRule[] {
  return paths.map((path) => ({ kind: 'access', path: place(path), access }))
}

type Case = Pick<LaunchSpec, 'identity' | 'sandbox'> & { readonly hasCgroup: boolean }
const plain: Case = {
  identity: { supplementaryGids: [], umask: 0o022 },
  sandbox: { privatePids: false, noNewPrivileges: false },
  hasCgroup: false,
}
const cases: Readonly<Record<string, Case>> = {
  plain,
  cgroup: { ...plain, hasCgroup: true },
  user: { ...plain, hasCgroup: true, identity: { ...plain.identity, uid: 65534, gid: 65534 } },
  'private-pids': { ...plain, hasCgroup: true, sandbox: { ...plain.sandbox, privatePids: true } },
  sandboxed: {
    ...plain,
    hasCgroup: true,
    identity: { ...plain.identity, uid: 65534, gid: 65534 },
    sandbox: { privatePids: true, noNewPrivileges: true, capabilityBoundingSet: [], confinement },
  },
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const specOf = (unit: string, { hasCgroup, ...rest }: Case): LaunchSpec => ({
  ...rest,
  unit,
  invocationId: randomBytes(16).toString('hex'),
  role: 'main',
  command: {
    path: '/bin/sleep',
    argv: ['/bin/sleep', '1000'],
    environment: { PATH: '/usr/bin:/bin' },
    workingDirectory: '/',
    workingDirectoryOptional: false,
  },
  streams: {
    stdin: { kind: 'null' },
    stdout: { kind: 'null' },
    stderr: { kind: 'null' },
    ignoreSigpipe: true,
  },
  limits: { rlimits: {} },
  reportsExec: false,
  ...(hasCgroup ? { cgroup: { path: `bench.slice/${unit}`, settings: {} } } : {}),
})

const pssKib = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? Number.NaN)

async function measure(name: string, settings: Case): Promise<void> {
  const prefix = mkdtempSync(join(tmpdir(), 'gitproc-bench-'))
  const executor = await createExecutor({ runDirectory: join(prefix, 'run'), clock: systemClock })
  const waiting = new Map<string, (event: ProcessEvent) => void>()
  executor.subscribe((event) =>
    waiting.get(event.kind + ('key' in event ? event.key.unit : event.unit))?.(event),
  )
  const when = (kind: ProcessEvent['kind'], unit: string): Promise<ProcessEvent> =>
    new Promise((resolve) => waiting.set(kind + unit, resolve))

  const specs = Array.from({ length: count }, (_, index) => specOf(`bench-${index}.service`, settings))
  const before = performance.now()
  const spawned = specs.map((spec) => when('spawned', spec.unit))
  await Promise.all(specs.map((spec) => executor.launch(spec)))
  const calledMs = performance.now() - before
  await Promise.all(spawned)
  const allMs = performance.now() - before

  const shims = specs.map((spec) => {
    const directory = join(prefix, 'run', spec.unit, spec.invocationId)
    return Number(readFileSync(join(directory, 'main'), 'utf8').split(' ')[2])
  })
  const pss = median(shims.map(pssKib))

  const endings = specs.map((spec) => when('exited', spec.unit))
  const stopBefore = performance.now()
  for (const spec of specs) await executor.signal(spec.unit, 'all', 'SIGTERM')
  await Promise.all(endings)
  const stopMs = performance.now() - stopBefore

  const restarts: number[] = []
  for (let round = 0; round < 30; round += 1) {
    const unit = `bench-${round}.service`
    const first = specOf(unit, settings)
    const up = when('spawned', unit)
    await executor.launch(first)
    const event = await up
    const down = when('exited', unit)
    const crash = performance.now()
    if (event.kind === 'spawned') process.kill(event.process.pid, 'SIGKILL')
    await down
    const again = when('spawned', unit)
    await executor.launch(specOf(unit, settings))
    await again
    restarts.push(performance.now() - crash)
    await executor.signal(unit, 'all', 'SIGKILL')
  }
  for (const spec of specs) await executor.signal(spec.unit, 'all', 'SIGKILL')
  const figures = [
    `${count} launched in ${allMs.toFixed(0)} ms (calls ${calledMs.toFixed(0)} ms)`,
    `stopped in ${stopMs.toFixed(0)} ms`,
    `crash to main ${median(restarts).toFixed(1)} ms`,
    `shim ${pss} KiB PSS`,
  ]
  console.log(`${name.padEnd(14)}${figures.join(', ')}`)
  await executor.close()
  rmSync(prefix, { recursive: true, force: true, maxRetries: 5 })
}

for (const [name, settings] of Object.entries(cases)) {
  if (words.length === 0 || words.includes(name)) await measure(name, settings)
}
