/** The kernel command line: a container has none of its own, its first process' arguments count instead. */
import { parseBoolean } from '../../units/value-types/boolean.ts'
import type { HostFiles } from './host-files.ts'
import { readVirtualization } from './virtualization.ts'

export const kernelCommandLine = (files: HostFiles): string => {
  if (readVirtualization(files).kind !== 'container') return (files.text('/proc/cmdline') ?? '').trim()
  return (files.text('/proc/1/cmdline') ?? '').replaceAll('\0', ' ').trim()
}

/** A boolean switch of it; bare, it is on. */
export const kernelFlag = (name: string, files: HostFiles): boolean | undefined => {
  const word = kernelCommandLine(files)
    .split(/\s+/)
    .findLast((each) => each === name || each.startsWith(`${name}=`))
  return word === undefined ? undefined : word === name || parseBoolean(word.slice(name.length + 1))
}
