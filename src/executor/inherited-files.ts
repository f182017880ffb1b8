/** Open files of the daemon that a process begins with: its sockets from 3 on, behind them what its streams are. Pure. */
import type { LaunchSpec } from './launch-spec.ts'

type Given = Pick<LaunchSpec, 'listenFds' | 'streamFds'>

/** In the order in which they become 3, 4, … */
export const inheritedFds = ({ listenFds = [], streamFds = {} }: Given): readonly number[] => [
  ...listenFds,
  ...Object.values(streamFds),
]

/** By the name of the stream: under which descriptor the process has its file. */
export function streamDescriptors({
  listenFds = [],
  streamFds = {},
}: Given): Readonly<Record<string, number>> {
  const names = Object.keys(streamFds)
  return Object.fromEntries(names.map((name, index) => [name, 3 + listenFds.length + index]))
}

/** A shell can close no others. */
const isOneDigit = (descriptor: number): boolean => descriptor < 10

/** Once the streams are opened these have served: the service must not have them. */
export const closedByShell = (given: Given): readonly number[] =>
  Object.values(streamDescriptors(given)).filter(isOneDigit)

/** Behind seven sockets: closed by a link of the chain. */
export const closedByLink = (given: Given): readonly number[] =>
  Object.values(streamDescriptors(given)).filter((descriptor) => !isOneDigit(descriptor))
