/** A daemon that dies at a write that the test names (`die-at-write.ts`), and two graphs between which it moves. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HistoryAnswer, StatusAnswer } from '../../src/api/contract.ts'
import { Sandbox } from './sandbox.ts'

/** Half as many by default: in one direction records are whole, in the other one torn. */
export const isThorough = process.env['GITPROC_EVERY_MOMENT'] === '1'

export type Files = Readonly<Record<string, string>>
type Moment = 'torn' | 'after'

export interface Death {
  readonly moment: Moment
  readonly write: number
}

/** What a graph has running, and how often each unit was started to get there from the other one. */
export interface Graph {
  readonly files: Files
  readonly starts: Readonly<Record<string, number>>
}

export class MortalDaemon extends Sandbox {
  readonly #expected = new Map<string, number>()

  constructor() {
    super({ settings: { PRIVATE_PIDS: 'no' } })
    this.env['NODE_OPTIONS'] = `--import=${join(import.meta.dirname, 'die-at-write.ts')}`
    this.env['DIE_AT'] = join(this.prefix, 'die')
  }

  /** Each start adds a line to a file, so that a second one cannot hide. */
  unitFile(name: string, { unit = '', service = '', ending = 'exec sleep 1000' } = {}): string {
    return `[Unit]\n${unit}\n[Service]\n${service}\nExecStart=/bin/sh -c 'echo $$$$ >>${this.#startsFile(name)}; ${ending}'\n`
  }

  /** Deploys with death ordered at the n-th write; false where the deployment had fewer. */
  diesAt(moment: Moment, write: number, files: Files): Promise<boolean> {
    return this.diesDuring({ moment, write }, () => this.commit(files))
  }

  /** Does something with death ordered at the n-th write from then on; false where what comes of it had fewer. */
  async diesDuring({ moment, write }: Death, happen: () => Promise<unknown>): Promise<boolean> {
    rmSync(`${this.env['DIE_AT']}.log`, { force: true })
    writeFileSync(this.env['DIE_AT']!, `${moment} ${write}`)
    const lived = await happen()
      .then(() => this.settle())
      .then(
        () => true,
        () => false,
      )
    rmSync(this.env['DIE_AT']!)
    if (lived) return false
    await this.kill()
    await this.start()
    return true
  }

  /** Two passes: the first one may be cut short by the news of the commit that it is working on already. */
  async settle(): Promise<void> {
    await this.sync()
    await this.sync()
  }

  sync(): Promise<unknown> {
    return this.post('/v1/sync', { wait: true })
  }

  lastWrite(): string {
    return readFileSync(`${this.env['DIE_AT']}.log`, 'utf8').trim().split('\n').at(-1) ?? ''
  }

  /** Waits for the lines of the starts that must have happened, then counts: more would be a start too many. */
  async countStarts(names: readonly string[], added: Readonly<Record<string, number>>): Promise<void> {
    for (const name of names) {
      const expected = (this.#expected.get(name) ?? 0) + (added[name] ?? 0)
      this.#expected.set(name, expected)
      await this.#untilWritten(() => this.#starts(name) >= expected)
      assert.equal(this.#starts(name), expected, `${name} was started ${this.#starts(name)} times`)
    }
  }

  #startsFile(name: string): string {
    return join(this.prefix, `${name}.starts`)
  }

  #starts(name: string): number {
    const file = this.#startsFile(name)
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0
  }

  /** Gives up after five seconds: whoever counts then says what is missing. */
  #untilWritten(isDone: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(patience)
        watcher.close()
        resolve()
      }
      const look = (): void => (isDone() ? finish() : undefined)
      const patience = setTimeout(finish, 5000)
      const watcher = watch(this.prefix, look)
      look()
    })
  }
}

/** Everything that must be so after the daemon's return, whatever it was doing when it died. */
export const assertWhole = async (sandbox: Sandbox, files: Files): Promise<StatusAnswer> => {
  const status = await sandbox.status()
  const wanted = Object.entries(files).flatMap(([name, text]) => (text === '' ? [] : name))
  assert.deepEqual(status.units.map((unit) => unit.name).sort(), wanted.sort())
  for (const unit of status.units) assert.equal(unit.activeState, 'active', `${unit.name}: ${unit.reason}`)
  assert.equal(status.health, 'Healthy')
  const { generations } = await sandbox.get<HistoryAnswer>('/v1/history?limit=1000')
  assert.deepEqual(
    generations.filter(({ outcome }) => outcome === 'Progressing'),
    [],
  )
  return status
}

export const pidsOf = (status: StatusAnswer): Readonly<Record<string, number | undefined>> =>
  Object.fromEntries(status.units.map((unit) => [unit.name, unit.mainPid]))

export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

export const names = ['kept', 'live', 'changed', 'follower', 'old', 'older', 'once', 'fresh']

/** Two graphs: from the first to the second units are added, changed, updated alive, dragged along and removed. */
export const graphsOf = (sandbox: MortalDaemon): readonly [Graph, Graph] => {
  const following = sandbox.unitFile('follower', { unit: 'PartOf=changed.service\nAfter=changed.service' })
  const common = { 'kept.service': sandbox.unitFile('kept'), 'follower.service': following }
  const first = {
    ...common,
    'live.service': sandbox.unitFile('live'),
    'changed.service': sandbox.unitFile('changed', { service: 'UMask=027' }),
    'older.service': sandbox.unitFile('older', { unit: 'After=kept.service' }),
    'old.service': sandbox.unitFile('old', { unit: 'Requires=older.service\nAfter=older.service' }),
    'once.service': '',
    'fresh.service': '',
  }
  const second = {
    ...common,
    'live.service': sandbox.unitFile('live', { service: 'MemoryMax=64M' }),
    'changed.service': sandbox.unitFile('changed', { service: 'UMask=077' }),
    'older.service': '',
    'old.service': '',
    'once.service': sandbox.unitFile('once', {
      unit: 'After=changed.service',
      service: 'Type=oneshot\nRemainAfterExit=yes',
      ending: 'exit 0',
    }),
    'fresh.service': sandbox.unitFile('fresh', { unit: 'Requires=once.service\nAfter=once.service' }),
  }
  return [
    { files: first, starts: { changed: 1, follower: 1, old: 1, older: 1 } },
    { files: second, starts: { changed: 1, follower: 1, once: 1, fresh: 1 } },
  ]
}
