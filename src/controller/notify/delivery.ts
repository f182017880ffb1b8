/** One attempt to deliver a message, and what to make of how it went. */
import type { Topic } from '../../store/event-record.ts'
import type { Message } from './message.ts'

export interface Target {
  /** Never changes for the same target: what was delivered is remembered under it. Holds no secret. */
  readonly name: string
  /** What it is told, whatever people chose for the others. */
  readonly topics?: ReadonlySet<Topic>
  /** Never rejects. */
  deliver(message: Message): Promise<Delivery>
}

export type Delivery =
  | { readonly kind: 'delivered' }
  /** The same may succeed later. */
  | { readonly kind: 'failed'; readonly why: string; readonly remedy?: string }
  /** To try again would help nobody. */
  | { readonly kind: 'refused'; readonly why: string; readonly remedy?: string }

/** Pauses before the second attempt, the third, …: after the last one the message is given up. */
export const pausesMs: readonly number[] = [1_000, 5_000, 30_000, 120_000, 600_000]
