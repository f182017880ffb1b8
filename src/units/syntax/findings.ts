/** Findings, as many as a person reads: a file of garbage must not make a million of them. */
import type { Diagnostic } from '../../base/diagnostic.ts'

const most = 100

/** Keeps the first hundred, and the first hundred errors in any case: an error decides whether a commit runs. */
export class Findings {
  readonly #all: Diagnostic[] = []
  #errors = 0

  /** Whether one more of this severity would be kept: worth asking before words are sought for it. */
  hasRoom(severity: Diagnostic['severity']): boolean {
    return this.#all.length < most || (severity === 'error' && this.#errors < most)
  }

  push(finding: Diagnostic): void {
    if (!this.hasRoom(finding.severity)) return
    this.#all.push(finding)
    if (finding.severity === 'error') this.#errors += 1
  }

  list(): readonly Diagnostic[] {
    return this.#all
  }
}
