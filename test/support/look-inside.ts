/** What a service with these directives sees: its script's output, and how its unit ended. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { UnitStatus } from '../../src/supervisor/unit-status.ts'
import { byRoot, type HostSupervisor, superviseIn } from './host-supervisor.ts'
import { toBeGone } from './outside.ts'

export interface Seen {
  readonly text: string
  readonly status: UnitStatus
}

export class InsideView {
  readonly prefix: string
  readonly host: HostSupervisor
  #count = 0

  constructor(prefix: string, host: HostSupervisor) {
    this.prefix = prefix
    this.host = host
  }

  /** Below /var, so that services with a /tmp of their own still see it. */
  static async open(privatePids: 'auto' | 'no' = 'no'): Promise<InsideView> {
    const prefix = mkdtempSync('/var/gitproc-inside-')
    chmodSync(prefix, 0o755)
    toBeGone(prefix)
    return new InsideView(prefix, await superviseIn(prefix, privatePids))
  }

  /** The lines of [Service], and what sh does in it; `$` and `%` mean what they mean in sh. */
  async look(lines: string, script: string, called?: string): Promise<Seen> {
    this.#count += 1
    const name = called ?? `look-${this.#count}.service`
    const words = script.replaceAll('%', '%%').replaceAll('$', '$$$$')
    const unit = `[Service]\nType=oneshot\nExecStart=/bin/sh -c 'exec 2>&1; ${words}'\n${lines}\n`
    this.host.define({ [name]: unit })
    await this.host.supervisor.start(name, byRoot)
    await this.host.until(name, 'dead', 'failed')
    return { text: this.host.output(name), status: this.host.supervisor.status(name)! }
  }

  async close(): Promise<void> {
    await this.host.end()
    rmSync(this.prefix, { recursive: true, force: true })
  }

  path(...names: readonly string[]): string {
    return join(this.prefix, ...names)
  }
}
