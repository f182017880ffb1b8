/**
 * Builds what is installed: `dist/`, bundles that need no packages but native ones, and a launcher.
 * `node build.ts`; docs/decisions says why they are CommonJS, and why there are many. Read build/parts.ts next.
 */
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { bootstrap, launcher, oldestNode } from './build/launcher.ts'
import { lazyNodeModules, lazyOclif } from './build/lazy-requires.ts'
import { entryOf, takenFrom } from './build/part-entry.ts'
import { type Part, partsOf } from './build/parts.ts'

const root = import.meta.dirname
const dist = join(root, 'dist')

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: `node${oldestNode}`,
  minify: true,
  // Packages with native parts stay in node_modules.
  external: ['koffi'],
  // To Node itself it would be a call of its other loader, which takes 5 ms to start.
  supported: { 'dynamic-import': false },
  // CommonJS has no import.meta; its url takes 1 ms to make, and few commands ask for it.
  banner: { js: "const __here={get url(){return require('node:url').pathToFileURL(__filename).href}};" },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__here.url' },
  logLevel: 'warning',
}

const everything = async () => {
  const { metafile } = await build({
    ...common,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'everything.js',
    metafile: true,
    write: false,
  })
  return metafile.inputs
}

const inputs = await everything()
const parts = partsOf(inputs)

const bundle = (part: Part) =>
  build({
    ...common,
    stdin: { contents: entryOf(part, inputs), resolveDir: root, sourcefile: part.file },
    outfile: join(dist, part.file),
    plugins: [takenFrom(parts.filter((other) => other !== part)), lazyOclif, lazyNodeModules],
  })

rmSync(dist, { recursive: true, force: true })
mkdirSync(join(dist, 'bin'), { recursive: true })
await Promise.all(parts.map(bundle))
for (const script of globSync('src/**/*.{sh,pl}', { cwd: root }))
  cpSync(join(root, script), join(dist, basename(script)))
const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ name, version, license, type: 'commonjs' })}\n`)
writeFileSync(join(dist, 'main.js'), bootstrap)
writeFileSync(join(dist, 'bin', 'gitproc'), launcher(process.execPath))
chmodSync(join(dist, 'bin', 'gitproc'), 0o755)
