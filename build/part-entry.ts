/** What a file of the bundle gives to the others, and how they take it from there. */
import { isBuiltin } from 'node:module'
import { relative } from 'node:path'
import type { Metafile, Plugin } from 'esbuild'
import type { Part } from './parts.ts'

/** The text of a file's first module: all that others take, by number. */
export const entryOf = ({ modules }: Part, inputs: Metafile['inputs']): string => {
  const isOurs = (path: string): boolean => inputs[path]?.format === 'esm'
  const imports = modules.flatMap((path, index) =>
    isOurs(path) ? [`import * as m${index} from './${path}'`] : [],
  )
  const gives = modules.map((path, index) =>
    isOurs(path) ? `() => m${index}` : `() => require('./${path}')`,
  )
  return `${imports.join('\n')}\nexport const modules = [${gives.join(',\n')}]\n`
}

/** Modules of other files are asked of these when they are first used. */
export const takenFrom = (others: readonly Part[]): Plugin => {
  const places = new Map(
    others.flatMap(({ file, modules }) => modules.map((path, index) => [path, { file, index }] as const)),
  )
  return {
    name: 'taken-from',
    setup: ({ onLoad, onResolve, resolve, initialOptions }) => {
      onResolve({ filter: /./, namespace: 'elsewhere' }, ({ path }) => ({ path, external: true }))
      onResolve({ filter: /./ }, async ({ path, kind, pluginData, resolveDir, importer }) => {
        if (pluginData === 'asked' || kind === 'entry-point' || isBuiltin(path)) return undefined
        const found = await resolve(path, { kind, resolveDir, importer, pluginData: 'asked' })
        const inside = relative(initialOptions.absWorkingDir!, found.path)
        if (found.errors.length > 0 || found.external || !places.has(inside)) return found
        return { path: inside, namespace: 'elsewhere' }
      })
      onLoad({ filter: /./, namespace: 'elsewhere' }, ({ path }) => {
        const { file, index } = places.get(path)!
        return { contents: `module.exports = require('./${file}').modules[${index}]()${defaultOf(path)}` }
      })
    },
  }
}

/** What Node makes of `import()` of a CommonJS file, and esbuild after it: its exports as a whole are the default export. */
const defaultOf = (path: string): string => (path.includes('/commands/') ? '.default' : '')
