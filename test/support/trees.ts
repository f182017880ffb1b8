/** Folders of unit files written as objects, and a host to read them on. */
import type { FileTree, TreeEntry } from '../../src/base/file-tree.ts'
import type { HostFacts } from '../../src/units/host-facts.ts'

/** `{ 'web.service': text }` → a tree; a value `-> target` is a link. Content ids follow the content. */
export const treeOf = (files: Readonly<Record<string, string>>): FileTree =>
  new Map(Object.entries(files).map(([path, text]) => [path, entryOf(text)]))

const entryOf = (text: string): TreeEntry =>
  text.startsWith('-> ')
    ? { kind: 'link', id: `link ${text}`, target: text.slice(3) }
    : { kind: 'file', id: `file ${text}`, bytes: new TextEncoder().encode(text), isExecutable: false }

/** The shortest service that is complete; `extra` are lines of [Unit] (before) and [Service] (after the blank line). */
export const service = (extra = '', unit = ''): string =>
  `[Unit]\n${unit}\n[Service]\nExecStart=/bin/sleep 1000\n${extra}\n`

export const someHost: HostFacts = {
  hostname: 'host.example',
  machineId: '0123456789abcdef0123456789abcdef',
  bootId: 'fedcba9876543210fedcba9876543210',
  kernelRelease: '6.1.0-test',
  architecture: 'x86-64',
  osRelease: { ID: 'debian', VERSION_ID: '12' },
  user: { name: 'root', group: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/sh' },
  directories: {
    runtime: '/run',
    state: '/var/lib',
    cache: '/var/cache',
    logs: '/var/log',
    configuration: '/etc',
    temporary: '/tmp',
    persistentTemporary: '/var/tmp',
  },
  memoryBytes: 4 * 1024 ** 3,
  pidLimit: 32_768,
  cpuCount: 4,
  users: new Map(),
  groups: new Map(),
}
