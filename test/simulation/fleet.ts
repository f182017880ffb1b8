/** Folders of unit files as people commit them: services of every kind, good ones, bad ones, and ones that make no sense. */
import type { Random } from './random.ts'

export type Folder = Readonly<Record<string, string>>

const names = ['alpha', 'bravo', 'charlie', 'delta', 'echo'].map((name) => `${name}.service`)

/** Each makes the lines of [Service]; `v` names the definition in the command line. */
const kinds = {
  steady: (v: string, random: Random) =>
    `ExecStart=/sim/serve ${v} ${random.pick(['', 'term=20', 'term=300', 'forks=1', 'forks=2 term=50'])}\n${restartOf(random)}`,
  stubborn: (v: string, random: Random) =>
    `ExecStart=/sim/serve ${v} ignores=SIGTERM forks=${random.below(2)}\n${restartOf(random)}`,
  notifying: (v: string, random: Random) =>
    `Type=notify\nExecStart=/sim/serve ${v} ready=${random.pick([0, 5, 200, 2000])} term=10\n${restartOf(random)}`,
  mute: (v: string, random: Random) => `Type=notify\nExecStart=/sim/serve ${v}\n${restartOf(random)}`,
  forking: (v: string, random: Random) =>
    `Type=forking\nExecStart=/sim/daemon ${v} forks=1 exit=0 after=${random.below(30)} ${random.pick(['', 'term=30'])}\n${restartOf(random)}`,
  executed: (v: string, random: Random) => `Type=exec\nExecStart=/sim/serve ${v}\n${restartOf(random)}`,
  once: (v: string, random: Random) =>
    `Type=oneshot\nExecStart=/sim/job ${v} exit=0 after=${random.pick([0, 20, 400])}\nRemainAfterExit=${random.pick(['yes', 'no'])}`,
  twice: (v: string, random: Random) =>
    `Type=oneshot\nExecStart=/sim/job ${v} exit=0 after=30\nExecStart=/sim/job ${v} exit=0 after=${random.below(200)}\nRemainAfterExit=yes`,
  crashing: (v: string, random: Random) =>
    `ExecStart=/sim/serve ${v} exit=${random.between(1, 9)} after=${random.between(0, 400)}\n${restartOf(random)}`,
  failing: (v: string, random: Random) =>
    `${random.pick(['', 'Type=oneshot\n', 'Type=exec\n'])}ExecStart=/sim/serve ${v} exit=${random.between(1, 9)} after=${random.below(50)}`,
  checked: (v: string, random: Random) =>
    `ExecStart=/sim/serve ${v}\nHealthCheckTCP=127.0.0.1:${random.between(1, 5)}\nHealthCheckInterval=500ms\nHealthCheckRetries=2\n${restartOf(random)}`,
} as const

const kindWeights = {
  steady: 6,
  stubborn: 2,
  notifying: 3,
  mute: 0.3,
  forking: 2,
  executed: 2,
  once: 2,
  twice: 1,
  crashing: 1,
  failing: 1,
  checked: 2,
} as const satisfies Record<keyof typeof kinds, number>

/** What starts a service, and the service: they come and go together. */
const activators: Readonly<Record<string, (random: Random) => string>> = {
  'tick.timer': (random) =>
    `[Timer]\n${random.pick(timerLines)}\n${random.pick(['', 'RandomizedDelaySec=1s'])}\n`,
  'door.socket': (random) =>
    `[Socket]\nListenStream=/sim/door${random.pick(['', '', '2'])}\n${random.pick(['', 'SocketMode=0600'])}\n`,
}

const timerLines = [
  'OnCalendar=*:*:0/15\nPersistent=yes\nAccuracySec=1us',
  'OnCalendar=*:*:0/20\nAccuracySec=1us',
  'OnActiveSec=1s\nOnUnitActiveSec=12s',
  'OnActiveSec=0\nOnUnitInactiveSec=10s',
  'OnActiveSec=5s\nRemainAfterElapse=no',
]

const restartOf = (random: Random): string => {
  const mode = random.pick(['no', 'always', 'on-failure', 'on-failure', 'always', 'on-abnormal'])
  return `Restart=${mode}\nRestartSec=${random.pick(['0', '50ms', '100ms', '1s'])}`
}

/** Commands beside the main one, some of which fail or hang. */
const extras = (random: Random): string => {
  const command = (): string =>
    random.chance(0.9)
      ? `/sim/do x exit=${random.chance(0.9) ? 0 : 1} after=${random.below(100)}`
      : '/sim/do x'
  const keys = ['ExecStartPre', 'ExecStartPost', 'ExecStop', 'ExecStopPost', 'ExecReload', 'ExecCondition']
  return keys
    .filter(() => random.chance(0.08))
    .map((key) => `${key}=${command()}`)
    .join('\n')
}

/** Only on names that come earlier in the alphabet: a cycle is one more way to be refused, and not the one of interest. */
const edgesOf = (name: string, folder: Folder, random: Random): string => {
  const earlier = Object.keys(folder).filter((other) => other < name)
  const lines: string[] = []
  for (const other of earlier) {
    if (!random.chance(0.3)) continue
    lines.push(`${random.pick(['Requires', 'Wants', 'BindsTo', 'PartOf', 'Wants', 'Upholds'])}=${other}`)
    if (random.chance(0.8)) lines.push(`After=${other}`)
  }
  return lines.join('\n')
}

export class Fleet {
  readonly #random: Random
  #versions = 0

  constructor(random: Random) {
    this.#random = random
  }

  first(): Folder {
    let folder: Folder = {}
    for (const name of names.slice(0, this.#random.between(1, 4)))
      folder = { ...folder, [name]: this.#unit(name, folder, 'steady') }
    return folder
  }

  /** The folder after somebody has worked on it. */
  change(folder: Folder): Folder {
    const changed = { ...folder }
    for (let count = this.#random.between(1, 2); count > 0; count -= 1) {
      const name = this.#random.pick(names)
      if (name in changed && this.#random.chance(0.25)) delete changed[name]
      else changed[name] = this.#unit(name, changed)
    }
    // What names a unit that is no more makes the whole commit one that is refused; mostly people see to that.
    if (this.#random.chance(0.3)) this.#changeActivation(changed)
    return this.#random.chance(0.85) ? withoutDangling(changed) : changed
  }

  #changeActivation(folder: Record<string, string>): void {
    const [name, file] = this.#random.pick(Object.entries(activators))
    const service = name.replace(/\..*$/, '.service')
    if (name in folder && this.#random.chance(0.3)) {
      delete folder[name]
      delete folder[service]
      return
    }
    if (!(name in folder) || this.#random.chance(0.5)) folder[name] = file(this.#random)
    if (!(service in folder) || this.#random.chance(0.5))
      folder[service] = this.#unit(
        service,
        {},
        this.#random.pick(['once', 'steady', 'notifying', 'crashing', 'failing']),
      )
  }

  #unit(name: string, folder: Folder, wanted?: keyof typeof kinds): string {
    const random = this.#random
    if (random.chance(0.03)) return '[Service]\nRestart=always\n'
    this.#versions += 1
    const kind = wanted ?? random.choose(kindWeights)
    const lines = kinds[kind](`v${this.#versions}`, random)
    return `[Unit]\nStartLimitBurst=4\nStartLimitIntervalSec=10s\n${edgesOf(name, folder, random)}\n[Service]\n${lines}\nTimeoutStartSec=3s\nTimeoutStopSec=2s\n${extras(random)}\n`
  }
}

const withoutDangling = (folder: Folder): Folder =>
  Object.fromEntries(
    Object.entries(folder).map(([name, text]) => [
      name,
      text.replace(/^(Requires|Wants|BindsTo|PartOf|Upholds|After)=(.*)\n/gm, (line, _key, other) =>
        other in folder ? line : '',
      ),
    ]),
  )
