/** How a pass is cut short from outside, and by what: those who wait listen to the signal, and then ask for the cause. */

export type InterruptionCause =
  /** Something newer is to be applied. */
  | { readonly kind: 'superseded' }
  /** The daemon ends; the next one goes on where this one was. */
  | { readonly kind: 'closed' }
  /** A person does not want it after all. */
  | { readonly kind: 'cancelled'; readonly who: string; readonly reason: string | undefined }

export class Interruption {
  #controller = new AbortController()

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  cut(cause: InterruptionCause): void {
    this.#controller.abort(cause)
  }

  /** What was cancelled is taken back: from here on the pass goes on, and can be cut short anew. */
  renew(): void {
    if (this.cause?.kind === 'cancelled') this.#controller = new AbortController()
  }

  get cause(): InterruptionCause | undefined {
    return causeOf(this.signal)
  }
}

/** Undefined while nothing was cut short. */
export const causeOf = (signal: AbortSignal): InterruptionCause | undefined =>
  signal.aborted ? (signal.reason as InterruptionCause) : undefined
