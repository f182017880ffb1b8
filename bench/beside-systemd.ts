/**
 * The same services under the systemd of this host, started as PID 1 of namespaces of its own, and under gitproc, in turn:
 * milliseconds depend on the machine and its load, so that only what is measured beside each other can be compared.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { removeCgroups } from '../test/support/own-cgroups.ts'
import { measureRound, sleepers } from './burst.ts'
import { type Measurement, median, timed } from './measure.ts'

const manager = '/lib/systemd/systemd'
const patienceMs = 30_000

export const measureBesideSystemd = async (
  count: number,
  rounds: number,
): Promise<readonly Measurement[]> => {
  if (process.getuid?.() !== 0 || !existsSync(manager)) {
    console.log(`beside systemd: skipped, it needs root and ${manager}`)
    return []
  }
  const systemd: Round[] = []
  const gitproc: Round[] = []
  for (let round = 0; round < rounds; round++) {
    systemd.push(await systemdRound(count))
    gitproc.push(await measureRound(count))
  }
  return [
    ...compared(`start of ${count}, gitproc's own included`, 'startMs', { systemd, gitproc }),
    ...compared(`stop of ${count}, the command included`, 'stopMs', { systemd, gitproc }),
  ]
}

interface Round {
  readonly startMs: number
  readonly stopMs: number
}

interface Sides {
  readonly systemd: readonly Round[]
  readonly gitproc: readonly Round[]
}

const compared = (what: string, name: keyof Round, { systemd, gitproc }: Sides): readonly Measurement[] => {
  const [theirs, ours] = [systemd, gitproc].map((rounds) => rounds.map((round) => round[name]))
  const note = (values: readonly number[]): string => values.map(Math.round).join(' ')
  const toBeat = median(theirs!)
  return [
    { what: `systemd: ${what}`, value: toBeat, unit: 'ms', note: note(theirs!) },
    {
      what: `gitproc: ${what}`,
      value: median(ours!),
      unit: 'ms',
      budget: Math.round(toBeat),
      note: note(ours!),
    },
  ]
}

const systemdRound = async (count: number): Promise<Round> => {
  const units = sleepers(count)
  const systemd = await PrivateSystemd.boot({
    ...units,
    'idle.target': '[Unit]\nDefaultDependencies=no\n',
    'all.target': `[Unit]\nWants=${Object.keys(units).join(' ')}\n`,
  })
  try {
    const beganUs = monotonicUs()
    systemd.systemctl('start', 'all.target')
    const startMs = (Math.max(...systemd.mainStartsUs(Object.keys(units))) - beganUs) / 1000
    const stopMs = await timed(() => systemd.systemctl('stop', 's*.service'))
    return { startMs, stopMs }
  } finally {
    await systemd.end()
  }
}

const monotonicUs = (): number => Number(process.hrtime.bigint() / 1000n)

/** A systemd that sees this host's files, and has processes, cgroups and a /run of its own. */
class PrivateSystemd {
  readonly #unshare: ChildProcess
  readonly #directory: string
  readonly #cgroup: string

  private constructor(unshare: ChildProcess, directory: string, cgroup: string) {
    this.#unshare = unshare
    this.#directory = directory
    this.#cgroup = cgroup
  }

  static async boot(units: Readonly<Record<string, string>>): Promise<PrivateSystemd> {
    const directory = mkdtempSync(join(tmpdir(), 'gitproc-bench-'))
    for (const [name, text] of Object.entries(units)) writeFileSync(join(directory, name), text)
    const cgroup = join(cgroup2Mount(), `gitproc-bench-systemd-${process.pid}`)
    mkdirSync(cgroup, { recursive: true })
    const script = join(import.meta.dirname, 'private-systemd.sh')
    const namespaces = ['--mount', '--pid', '--fork', '--uts', '--ipc', '--cgroup', '--kill-child']
    const enter = 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"'
    const args = ['-c', enter, 'sh', cgroup, 'unshare', ...namespaces, script, directory]
    const systemd = new PrivateSystemd(spawn('sh', args, { stdio: 'ignore' }), directory, cgroup)
    await systemd.#ready()
    return systemd
  }

  systemctl(...args: readonly string[]): string {
    const pid = this.#firstProcess()
    return execFileSync(
      'nsenter',
      ['--target', String(pid), '--mount', '--pid', '--', 'systemctl', ...args],
      {
        encoding: 'utf8',
        maxBuffer: 1 << 26,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
  }

  mainStartsUs(units: readonly string[]): readonly number[] {
    const shown = this.systemctl('show', '--property=ExecMainStartTimestampMonotonic', '--value', ...units)
    return shown.split('\n').filter(Boolean).map(Number)
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#unshare.once('exit', resolve))
    this.#unshare.kill('SIGKILL')
    await ended
    await removeCgroups(this.#cgroup)
    rmSync(this.#directory, { recursive: true })
  }

  async #ready(): Promise<void> {
    for (const until = Date.now() + patienceMs; ; await delay(50)) {
      try {
        if (this.systemctl('is-active', 'idle.target').trim() === 'active') return
      } catch (error) {
        if (Date.now() > until) throw error
      }
    }
  }

  #firstProcess(): number {
    const children = readFileSync(`/proc/${this.#unshare.pid}/task/${this.#unshare.pid}/children`, 'utf8')
    const pid = Number(children.trim())
    if (!(pid > 0)) throw new Error('systemd does not run')
    return pid
  }
}

const cgroup2Mount = (): string => {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
  const found = mounts.find((line) => line.includes(' - cgroup2 '))?.split(' ')[4]
  if (found === undefined) throw new Error('no cgroup v2 is mounted')
  return found
}
