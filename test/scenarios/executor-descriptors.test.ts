/** Which open files a service begins with: those that it is given, and no others. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { it } from 'node:test'
import { Bench, launchSpec } from '../executor/harness.ts'

const perl = existsSync('/usr/bin/perl') ? false : 'without perl such a descriptor stays open'

it('has nothing that the starter of the daemon left open, however high its number', async () => {
  const inheritor = join(import.meta.dirname, '..', 'executor', 'inheritor.ts')
  const foreign = openSync('/dev/null', 'r')
  // Behind a gap: node looks no further than that by itself.
  const stdio = ['ignore', 'pipe', 'inherit', ...Array(37).fill('ignore'), foreign]
  const child = spawn(process.execPath, [inheritor], { stdio })
  closeSync(foreign)
  assert.ok(child.stdout !== null)
  // 3 is its socket; a shell has nothing else open while it expands a pattern but the folder.
  assert.match(await text(child.stdout), /^0 1 2 3( 4)?\n$/)
})

it('keeps no descriptor of its standard output, behind however many sockets', { skip: perl }, async () => {
  const bench = await Bench.open()
  try {
    const path = join(bench.prefix, 'stdout')
    const sockets = Array.from({ length: 8 }, () => openSync('/dev/null', 'r'))
    const stdout = openSync(path, 'a')
    const spec = launchSpec(
      'many.service',
      'cd /proc/$$/fd; for fd in *; do [ -e "$fd" ] && echo "$fd"; done',
      {
        listenFds: sockets,
        streamFds: { stdout },
        streams: { stdout: { kind: 'append', path } },
      },
    )
    await bench.executor.launch(spec)
    for (const fd of [...sockets, stdout]) closeSync(fd)
    const { exit } = await bench.exited(spec)
    assert.deepEqual(exit, { kind: 'exited', code: 0 })
    assert.deepEqual(
      readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .map(Number)
        .toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    )
  } finally {
    await bench.close()
  }
})
