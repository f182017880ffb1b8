/** The host on which systemd gave its answers, as far as they depend on it. */
import type { HostFacts } from '../../src/units/host-facts.ts'

const account = (id: number, home: string, shell = '/usr/sbin/nologin') => ({ uid: id, gid: id, home, shell })

export const oracleHost: HostFacts = {
  hostname: 'ORACLE',
  unitDirectory: '/run/systemd/system',
  cgroupRoot: '',
  machineId: '0123456789abcdef0123456789abcdef',
  bootId: 'fedcba9876543210fedcba9876543210',
  kernelRelease: '6.1.176',
  architecture: 'x86-64',
  osRelease: { ID: 'debian', VERSION_ID: '12' },
  user: { name: 'root', group: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash' },
  directories: {
    runtime: '/run',
    state: '/var/lib',
    cache: '/var/cache',
    logs: '/var/log',
    configuration: '/etc',
    temporary: '/tmp',
    persistentTemporary: '/var/tmp',
  },
  memoryBytes: 1_562_365_952,
  pidLimit: 11_970,
  cpuCount: 2,
  users: new Map([
    ['root', account(0, '/root', '/bin/bash')],
    ['daemon', account(1, '/usr/sbin')],
    ['mail', account(8, '/var/mail')],
    ['www-data', account(33, '/var/www')],
    ['games', account(60, '/usr/games')],
    ['nobody', account(65_534, '/nonexistent')],
  ]),
  groups: new Map([
    ['root', 0],
    ['daemon', 1],
    ['mail', 8],
    ['www-data', 33],
    ['games', 60],
    ['nogroup', 65_534],
  ]),
}
