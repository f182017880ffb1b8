/** Somebody who was started with files that are not its own, and launches a service which is given a socket. */
import { closeSync, openSync } from 'node:fs'
import { Bench, launchSpec } from './harness.ts'

const bench = await Bench.open()
const socket = openSync('/dev/null', 'r')
const spec = launchSpec('heir.service', 'cd /proc/$$/fd; echo *', { listenFds: [socket] })
const { text } = await bench.output(spec)
closeSync(socket)
await bench.close()
console.log(text.trim())
