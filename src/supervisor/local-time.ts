/** The host's time zone, which may be changed while the daemon runs: /etc/localtime is a link into the zones (localtime(5)). */
import { type FSWatcher, readlinkSync, watch } from 'node:fs'
import { TimeZones } from '../units/calendar/time-zone.ts'
import { isTimeZoneName } from '../units/calendar/zone-names.ts'

export interface LocalTime {
  /** Of this moment: one set for all timers, each zone made once. */
  readonly zones: TimeZones
  subscribe(listener: () => void): () => void
  close(): void
}

/** With TZ in the environment it is that zone for good. */
export const createLocalTime = (environment: Readonly<Record<string, string | undefined>>): LocalTime =>
  new HostLocalTime(environment['TZ'])

class HostLocalTime implements LocalTime {
  readonly #fixedName: string | undefined
  readonly #listeners = new Set<() => void>()
  #name: string
  #zones: TimeZones
  #watcher: FSWatcher | undefined

  constructor(fixedName: string | undefined) {
    this.#fixedName = fixedName || undefined
    this.#name = this.#read()
    this.#zones = new TimeZones(this.#name)
  }

  get zones(): TimeZones {
    return this.#zones
  }

  /** The folder is watched for as long as anybody listens: the link itself is replaced. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    if (this.#watcher === undefined && this.#fixedName === undefined) this.#watcher = this.#watch()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.close()
    }
  }

  close(): void {
    this.#watcher?.close()
    this.#watcher = undefined
  }

  #watch(): FSWatcher | undefined {
    try {
      const watcher = watch('/etc', { persistent: false }, (_, file) => {
        if (file === 'localtime') this.#look()
      })
      return watcher.on('error', () => this.close())
    } catch {
      return undefined
    }
  }

  #look(): void {
    const name = this.#read()
    if (name === this.#name) return
    this.#name = name
    this.#zones = new TimeZones(name)
    for (const listener of [...this.#listeners]) listener()
  }

  #read(): string {
    const name = this.#fixedName ?? linkedZone()
    return name !== undefined && isTimeZoneName(name) ? name : ownZone()
  }
}

const linkedZone = (): string | undefined => {
  try {
    return /zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(readlinkSync('/etc/localtime'))?.[1]
  } catch {
    return undefined
  }
}

/** Where the link tells nothing, what the runtime took it for when it started. */
const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone
