/**
 * The real systemd as the first process of a guest: Debian's user-mode-linux boots in seconds over the host's own files, and
 * what systemd makes of given unit files is asked of itself. Whatever the host runs is not touched.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { encodeBytes } from '../../../src/base/lossless-text.ts'
import type { ProcessRun } from '../argv-record.ts'
import type { BusValue } from './bus-message.ts'

export interface Question {
  /** Path below systemd's folder of units → text. */
  readonly files: ReadonlyMap<string, string>
  /** Path of a symbolic link there → where it leads. */
  readonly links?: ReadonlyMap<string, string>
  /** Names to ask about. */
  readonly units: readonly string[]
  /** Absolute path below /run → text, for those that are started. */
  readonly extraFiles?: ReadonlyMap<string, string>
  /** Names to start, once all are asked about; they run the dumper as `dumperPath`. */
  readonly start?: readonly string[]
}

/** Of the guest, as `HostFacts` names them. */
export interface GuestFacts {
  readonly hostname: string
  readonly machineId: string
  readonly bootId: string
  readonly memoryBytes: number
  readonly pidLimit: number
}

export interface Answers {
  readonly facts: GuestFacts
  /** Name → property → value, as on D-Bus. */
  readonly properties: Readonly<Record<string, Readonly<Record<string, BusValue>>>>
  /** Name → what each of its processes was given, in order. */
  readonly runs: Readonly<Record<string, readonly ProcessRun[]>>
  /** What systemd said meanwhile, a line each, with the kernel's `<priority>` before it. */
  readonly log: readonly string[]
}

/** Why systemd can't be asked here; undefined where it can. */
export const whyNot = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'only root can boot a guest over the files of the host'
  if (spawnSync('linux.uml', ['--version']).status !== 0) return "Debian's user-mode-linux is not installed"
  const version = spawnSync('/lib/systemd/systemd', ['--version'], { encoding: 'utf8' }).stdout ?? ''
  return /^systemd 252 /.test(version)
    ? undefined
    : 'the systemd of this host is not 252, which the oracle has'
}

export const dumperPath = '/run/argv-dump'

export const askSystemd = async ({
  files,
  links,
  units,
  extraFiles,
  start = [],
}: Question): Promise<Answers> => {
  const job = mkdtempSync(join(tmpdir(), 'gitproc-systemd-'))
  try {
    for (const [path, text] of files) write(join(job, 'files', path), encodeBytes(text))
    for (const [path, target] of links ?? []) link(join(job, 'files', path), target)
    for (const [path, text] of extraFiles ?? []) write(join(job, 'extra', path), encodeBytes(text))
    if (start.length > 0) buildDumper(join(job, 'extra', dumperPath))
    write(join(job, 'start.json'), JSON.stringify(start))
    write(join(job, 'units.json'), JSON.stringify(units))
    write(join(job, 'output'), '')
    for (const [name, text] of Object.entries(askingUnits)) write(join(job, 'init', name), text)
    await boot(job)
    const read = (name: string): string => readFileSync(join(job, name), 'utf8')
    if (!existsSync(join(job, 'log')))
      throw new Error(`the guest ended before it had answered: ${read('output')}`)
    return { ...(JSON.parse(read('answers.json')) as Omit<Answers, 'log'>), log: read('log').split('\n') }
  } finally {
    rmSync(job, { recursive: true, force: true })
  }
}

const buildDumper = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  const source = join(import.meta.dirname, '..', 'fixtures', 'argv-dump.c')
  execFileSync('cc', ['-O1', '-o', path, '-DBY_UNIT', '-DRECORDS="/run/records"', source])
}

const write = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

const link = (path: string, target: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path)
}

/** What the guest's systemd starts instead of a system: the one who asks, and who then ends the guest. */
const askingUnits = {
  // What every service needs by default.
  'sysinit.target': '[Unit]\nDefaultDependencies=no\n',
  'oracle-ask.target': '[Unit]\nDefaultDependencies=no\nWants=oracle-ask.service\n',
  'oracle-ask.service': `[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
Slice=-.slice
TimeoutStartSec=infinity
ExecStart=${process.execPath} ${join(import.meta.dirname, 'ask.ts')} /run/job
ExecStopPost=/bin/systemctl poweroff -ff
StandardOutput=file:/run/job/output
StandardError=file:/run/job/output
`,
}

const longestMs = 2 * 60_000

const boot = async (job: string): Promise<void> => {
  const init = join(import.meta.dirname, 'guest-init.sh')
  const memory = ['mem=1536M', 'log_buf_len=16M', 'printk.devkmsg=on']
  const root = ['rootfstype=hostfs', 'rootflags=/', 'ro', `init=${init}`, `gitproc_job=${job}`]
  const consoles = ['con=null', 'con0=null,fd:1', 'con1=null', 'quiet']
  const guest = spawn('linux.uml', [...memory, ...root, ...consoles], { stdio: 'ignore', detached: true })
  // The guest is several processes: those that it made stay behind when the first alone is killed.
  const patience = setTimeout(() => process.kill(-guest.pid!, 'SIGKILL'), longestMs)
  await new Promise((resolve) => guest.once('exit', resolve))
  clearTimeout(patience)
}
