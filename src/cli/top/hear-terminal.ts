/** What a terminal and its shell tell a program besides keys: to end, to stop for a while, to go on, another size. */
import type { ReadStream, WriteStream } from 'node:tty'

export interface TerminalListener {
  /** With the exit status that a shell expects of it. */
  ended(status: number): void
  suspended(): void
  resumed(): void
  resized(): void
}

/** 128 and the signal's number. */
const statuses = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const

/** Gives what ends the listening. */
export const hearTerminal = (
  input: ReadStream,
  output: WriteStream,
  listener: TerminalListener,
): (() => void) => {
  const signals: readonly (readonly [string, () => void])[] = [
    ...Object.entries(statuses).map(([signal, status]) => [signal, () => listener.ended(status)] as const),
    ['SIGTSTP', () => listener.suspended()],
    ['SIGCONT', () => listener.resumed()],
  ]
  const resized = (): void => listener.resized()
  const gone = (): void => listener.ended(statuses.SIGHUP)
  for (const [signal, heard] of signals) process.on(signal, heard)
  for (const event of ['end', 'error']) input.on(event, gone)
  output.on('resize', resized)
  return () => {
    for (const [signal, heard] of signals) process.off(signal, heard)
    for (const event of ['end', 'error']) input.off(event, gone)
    output.off('resize', resized)
  }
}
