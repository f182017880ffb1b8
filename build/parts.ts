/**
 * Into which files the bundle is cut. `gitproc.js` holds what every command needs; what is imported by `import()` becomes a
 * file of its own, and so does what oclif needs for help and errors only. A module that lies in `gitproc.js` or begins a
 * file is taken from there by all others; other modules are copied into each file that uses them.
 */
import type { Metafile } from 'esbuild'

export interface Part {
  readonly file: string
  /** Modules that others take from it, by path. */
  readonly modules: readonly string[]
}

type Inputs = Metafile['inputs']

/** What is in `gitproc.js` besides all that its first module imports: each command imports these. */
const usedByAll = ['src/cli/global-flags.ts', 'src/cli/main.ts']

/** Of oclif, what a command runs that ends well; tried by printing what `gitproc status` loads. */
const hotOclif =
  /@oclif\/core\/(package\.json|lib\/(command|cache|flags|args|logger|parser\/.*|util\/(aggregate-flags|util))\.js)$/

const isColdOclif = (path: string): boolean => path.includes('@oclif/core/') && !hotOclif.test(path)

/** `inputs`: everything that can be reached from the command line's entry. */
export const partsOf = (inputs: Inputs): readonly Part[] => {
  const shared = closure(usedByAll, inputs)
  return [
    { file: 'gitproc.js', modules: shared },
    { file: 'oclif.js', modules: importedBy(shared, inputs).filter(isColdOclif) },
    ...importedLate(inputs).map((path) => ({ file: fileOf(path), modules: [path] })),
  ]
}

const closure = (from: readonly string[], inputs: Inputs): readonly string[] => {
  const found = new Set(from)
  for (const path of found)
    for (const next of importedBy([path], inputs)) if (!isColdOclif(next)) found.add(next)
  return [...found]
}

/** Without what is imported by `import()`. */
const importedBy = (paths: readonly string[], inputs: Inputs): readonly string[] => [
  ...new Set(
    paths.flatMap((path) =>
      imports(path, inputs).flatMap(({ kind, path: to }) => (kind === 'dynamic-import' ? [] : [to])),
    ),
  ),
]

const importedLate = (inputs: Inputs): readonly string[] => [
  ...new Set(
    Object.keys(inputs).flatMap((path) =>
      imports(path, inputs).flatMap(({ kind, path: to }) => (kind === 'dynamic-import' ? [to] : [])),
    ),
  ),
]

const imports = (path: string, inputs: Inputs) =>
  (inputs[path]?.imports ?? []).filter(({ external, path: to }) => external !== true && to in inputs)

/** `src/cli/commands/status.ts` → `cli-commands-status.js`; all lie in one folder, beside the scripts that they start. */
const fileOf = (path: string): string => {
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]
  const name = inPackage ?? path.replace(/^src\//, '').replace(/\.ts$/, '')
  return `${name.replaceAll('/', '-')}.js`
}
