/**
 * Builds what is installed: `dist/`, bundles that need no packages but native ones, and a launcher.
 * `node build.ts`; docs/decisions says why they are CommonJS.
 */
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { daemonEnvironment, daemonNodeFlags } from './src/cli/daemon-memory.ts'

const root = import.meta.dirname
const dist = join(root, 'dist')
const oldestNode = 24

/** Packages with native parts: they stay in node_modules. */
const external = ['koffi']

/** Kept to what old Nodes can parse, since its one purpose with those is to say a sentence. */
const bootstrap = `'use strict'
if (Number(process.versions.node.split('.')[0]) < ${oldestNode}) {
  process.stderr.write('gitproc: Node.js ${oldestNode} or newer is needed, this is ' + process.versions.node + ' (' + process.execPath + ')\\n  ./setup.sh install gets one\\n')
  process.exit(1)
}
const { join } = require('node:path')
const { env } = process
const isRoot = process.getuid && process.getuid() === 0
// Never below /tmp, where somebody else could have put compiled code for us to run.
const cache = isRoot ? '/var/cache' : env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, '.cache'))
if (cache) require('node:module').enableCompileCache(join(cache, 'gitproc'))
require('./gitproc.js')
`

/** A symbolic link to it may lie anywhere; it starts no process on the way to Node. */
const launcher = (node: string): string => `#!/bin/sh
# Starts gitproc with the Node.js that it was built with, or else with the one on the PATH.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in /*) self=$link ;; *) self=\${self%/*}/$link ;; esac
done
case $self in */*) here=\${self%/*} ;; *) here=. ;; esac
node=${shellWord(node)}
[ -x "$node" ] || node="$here/../../.toolchain/node_modules/node/bin/node"
[ -x "$node" ] || node=node
[ "\${1-}" != daemon ] || exec env ${Object.entries(daemonEnvironment)
  .map(([name, value]) => `${name}=${value}`)
  .join(' ')} "$node" ${daemonNodeFlags.join(' ')} "$here/../main.js" "$@"
exec "$node" "$here/../main.js" "$@"
`

const shellWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/**
 * oclif requires all of itself at once: help, plugins, spinners. Its compiled files are regular enough to make each
 * `const x_1 = require(…)` wait for its first use, which takes 16 ms off every command.
 */
const lazyOclif: Plugin = {
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

/**
 * Modules that become files of their own: what only one command needs, so that the others need not read it, and the class
 * of our errors, so that there is one of it whoever throws.
 */
const apart: readonly { readonly imported: RegExp; readonly file: string; readonly entry: string }[] = [
  { imported: /\/error\.ts$/, file: 'error.js', entry: 'src/base/error.ts' },
  { imported: /^\.\.\/\.\.\/daemon\.ts$/, file: 'daemon.js', entry: 'src/daemon.ts' },
  { imported: /^\.\/commands\/run\.ts$/, file: 'run.js', entry: 'src/cli/commands/run.ts' },
  { imported: /^\.\/commands\/top\.ts$/, file: 'top.js', entry: 'src/cli/commands/top.ts' },
  { imported: /^\.\/http-probe\.ts$/, file: 'http-probe.js', entry: 'src/supervisor/health/http-probe.ts' },
  { imported: /^isomorphic-git$/, file: 'isomorphic-git.js', entry: 'node_modules/isomorphic-git/index.js' },
]

const keepApart: Plugin = {
  name: 'keep-apart',
  setup: ({ onResolve }) => {
    for (const { imported, file } of apart)
      onResolve({ filter: imported }, ({ kind }) =>
        kind === 'entry-point' ? undefined : { path: `./${file}`, external: true },
      )
  },
}

/** What Node makes of `import()` of a CommonJS file: its exports as a whole are the default export. */
const exportDefault = 'module.exports=module.exports.default;'

const bundle = (file: string, entry: string) =>
  build({
    entryPoints: [join(root, entry)],
    outfile: join(dist, file),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: `node${oldestNode}`,
    minify: true,
    external,
    // CommonJS has no import.meta; its url takes 1 ms to make, and few commands ask for it.
    banner: { js: "const __here={get url(){return require('node:url').pathToFileURL(__filename).href}};" },
    footer: { js: entry.includes('/commands/') ? exportDefault : '' },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__here.url' },
    plugins: [lazyOclif, keepApart],
    logLevel: 'warning',
  })

rmSync(dist, { recursive: true, force: true })
mkdirSync(join(dist, 'bin'), { recursive: true })
await Promise.all([
  bundle('gitproc.js', 'src/cli/main.ts'),
  ...apart.map(({ file, entry }) => bundle(file, entry)),
])
for (const script of globSync('src/**/*.{sh,pl}', { cwd: root }))
  cpSync(join(root, script), join(dist, basename(script)))
const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ name, version, license, type: 'commonjs' })}\n`)
writeFileSync(join(dist, 'main.js'), bootstrap)
writeFileSync(join(dist, 'bin', 'gitproc'), launcher(process.execPath))
chmodSync(join(dist, 'bin', 'gitproc'), 0o755)
