/** The C library that node itself runs on, by koffi: for what node has no words for. */
import { createRequire } from 'node:module'
import type koffiModule from 'koffi'

export type CFunction = ((...values: readonly unknown[]) => number) & {
  readonly async: (...values: readonly unknown[]) => void
}

/** Gives the function of a declaration; throws where there is none. */
export type CLibrary = (declaration: string) => CFunction

/** Throws where koffi can't be loaded on this platform. */
export function loadCLibrary(): CLibrary {
  const koffi = createRequire(import.meta.url)('koffi') as typeof koffiModule
  const library = koffi.load(null)
  return (declaration) => library.func(declaration) as unknown as CFunction
}
