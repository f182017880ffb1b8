/** Plugins of esbuild that let modules wait for their first use, where they would all be loaded at the start. */
import { readFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import type { Plugin } from 'esbuild'

/**
 * oclif requires all of itself at once: help, plugins, spinners. Its compiled files are regular enough to make each
 * `const x_1 = require(…)` wait for its first use, which takes 16 ms off every command.
 */
export const lazyOclif: Plugin = {
  name: 'lazy-oclif',
  setup: ({ onLoad }) =>
    onLoad({ filter: /@oclif\/core\/lib\/.*\.js$/ }, ({ path }) => ({
      contents: withLazyRequires(readFileSync(path, 'utf8')),
      loader: 'js',
    })),
}

const withLazyRequires = (text: string): string => {
  const names: string[] = []
  const declared = text.replace(
    /^const (\w+) = ((?:__import(?:Default|Star)\()?require\("[^"]+"\)\)?);$/gm,
    (_, name: string, required: string) => {
      names.push(name)
      return `let ${name}$; const ${name} = () => ${name}$ ??= ${required};`
    },
  )
  return names.reduce(
    (source, name) => source.replace(new RegExp(`(?<![\\w$.])${name}(?=[.\\[])`, 'g'), `(${name}())`),
    declared,
  )
}

/** What Node has loaded before it runs anything costs nothing; `node:crypto` costs 4 ms, `node:http` 3 ms. */
const loadedAnyway = /^(node:)?(fs|path|events|util|url|buffer|timers)$/

/** Our sources import Node's own modules at the top; what they name is looked up where it is used. */
export const lazyNodeModules: Plugin = {
  name: 'lazy-node-modules',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /./ }, ({ path, kind }) =>
      kind !== 'import-statement' || !isBuiltin(path) || loadedAnyway.test(path)
        ? undefined
        : { path, namespace: 'lazy-node-module' },
    )
    onLoad({ filter: /./, namespace: 'lazy-node-module' }, ({ path }) => ({ contents: lazyModule(path) }))
  },
}

const lazyModule = (name: string): string => {
  const names = Object.keys(createRequire(import.meta.url)(name))
  return `let loaded
for (const name of ${JSON.stringify(names)})
  Object.defineProperty(exports, name, { enumerable: true, get: () => (loaded ??= require('${name}'))[name] })`
}
