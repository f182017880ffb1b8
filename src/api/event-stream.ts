/**
 * Server-Sent Events to everybody who listens. A listener that reads too slowly is dropped rather than remembered: what
 * it missed is in `status`, and the daemon's memory stays bounded.
 */
import type { ServerResponse } from 'node:http'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { EventMessage } from './contract.ts'

/** Well under the time-outs of proxies, so that a silent stream is told from a dead one. */
const heartbeatMs = 15_000
/** What may lie unread in one listener's buffer, bytes. */
const maxUnreadBytes = 256 * 1024

export class EventStream {
  readonly #clock: Clock
  readonly #listeners = new Set<ServerResponse>()
  #heartbeat: CancelTimer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#listeners.size
  }

  add(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    })
    // A comment, so that the listener knows at once that nothing from here on is missed.
    response.write(': listening\n\n')
    this.#listeners.add(response)
    response.on('close', () => this.#remove(response))
    response.on('error', () => this.#remove(response))
    this.#heartbeat ??= this.#nextHeartbeat()
  }

  send(event: EventMessage): void {
    this.#write(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`)
  }

  close(): void {
    for (const response of [...this.#listeners]) {
      this.#remove(response)
      response.end()
    }
  }

  #write(text: string): void {
    for (const response of [...this.#listeners]) {
      response.write(text)
      if (response.writableLength <= maxUnreadBytes) continue
      this.#remove(response)
      response.destroy()
    }
  }

  #remove(response: ServerResponse): void {
    this.#listeners.delete(response)
    if (this.#listeners.size > 0) return
    this.#heartbeat?.()
    this.#heartbeat = undefined
  }

  /** Armed only while somebody listens: an idle daemon wakes for nothing. */
  #nextHeartbeat(): CancelTimer {
    return this.#clock.at(this.#clock.now() + heartbeatMs, () => {
      this.#heartbeat = this.#nextHeartbeat()
      this.#write(': alive\n\n')
    })
  }
}
