/** The two texts that stand before the bundles: the file that Node runs first, and the script on the PATH. */
import { daemonEnvironment, daemonNodeFlags } from '../src/cli/daemon-memory.ts'

export const oldestNode = 24

/** Kept to what old Nodes can parse, since its one purpose with those is to say a sentence. */
export const bootstrap = `'use strict'
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
export const launcher = (node: string): string => `#!/bin/sh
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
