/** A service that fills its log as fast as it can: the caps hold, and neither the daemon nor another service is worse off. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Sandbox } from '../support/sandbox.ts'

const MiB = 1024 * 1024
const cap = { size: 1, files: 2 }

/** What each of them writes, in pieces of 64 KiB, until it is told to stop. */
const floods: readonly (readonly [kind: string, perl: string])[] = [
  ['lines', '("x" x 100 . "\\n") x 650'],
  ['empty lines', '"\\n" x 65536'],
  ['one line without end', '"y" x 65536'],
  ['bytes that are no text', 'pack("C*", map { $_ % 256 } 1 .. 65536)'],
]

describe('a service that fills its log', () => {
  const sandbox = new Sandbox({ settings: { ROLLBACK_ON_FAILURE: 'no', LOG_MAX_TOTAL: '64M' } })
  before(async () => {
    await sandbox.init({
      'calm.service':
        "[Service]\nExecStart=/bin/sh -c 'i=0; while :; do i=$((i+1)); echo calm $i; sleep 0.2; done'\n",
    })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  const bytesOf = (unit: string): number => {
    const folder = join(sandbox.prefix, 'logs', unit)
    return readdirSync(folder).reduce((sum, name) => {
      const found = statSync(join(folder, name), { throwIfNoEntry: false })
      // Blocks: what is in use on the disk.
      return sum + (found === undefined ? 0 : found.blocks * 512)
    }, 0)
  }
  const residentMiB = (): number =>
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${sandbox.daemonPid}/status`, 'utf8'))?.[1]) / 1024
  const calmLines = (): number => sandbox.readLog('calm.service').split('\n').length

  for (const [kind, piece] of floods)
    it(kind, async (t) => {
      const script = join(sandbox.prefix, 'flood.pl')
      const written = join(sandbox.prefix, 'written')
      // 96 MiB as fast as it goes, then quiet; the file says how far it is.
      writeFileSync(
        script,
        `$SIG{TERM} = sub { exit 0 }; my $p = ${piece}; my $n = 0; while ($n < 96 * 1048576) { my $w = syswrite(STDOUT, $p) or die; $n += $w; select(undef, undef, undef, 0.005) } open(F, ">", "${written}"); print F $n; close F; sleep 1000`,
      )
      writeFileSync(written, '')
      const calmBefore = calmLines()
      await sandbox.deploy({
        'flood.service': `[Service]\nExecStart=/usr/bin/perl ${script}\nLogMaxSize=${cap.size}M\nLogMaxFiles=${cap.files}\nTimeoutStopSec=2s\n`,
      })
      const { mainPid } = await sandbox.reaches('flood.service', 'running')
      let most = 0
      let slowestMs = 0
      while (readFileSync(written, 'utf8') === '') {
        most = Math.max(most, bytesOf('flood.service'))
        const askedAt = performance.now()
        await sandbox.status()
        slowestMs = Math.max(slowestMs, performance.now() - askedAt)
        await delay(50)
      }
      // The live file and its archives, and what comes while it is being rotated.
      const after = await settled(() => bytesOf('flood.service') <= (cap.files + 1) * 2 * cap.size * MiB)
      assert.ok(after, `${bytesOf('flood.service')} bytes are left`)
      assert.ok(most < 48 * MiB, `${most} bytes at most, of 96 MiB`)
      assert.ok(residentMiB() < 400, `${residentMiB()} MiB`)
      assert.ok(slowestMs < 10_000, `the daemon took ${slowestMs} ms to answer`)
      assert.equal((await sandbox.unit('flood.service')).mainPid, mainPid)
      assert.ok(calmLines() > calmBefore, 'the other service is still heard')
      const { stdout } = await sandbox.gitproc('logs', 'calm', '-n', '1')
      assert.match(stdout, /calm \d+/)
      t.diagnostic(
        `${kind}: at most ${Math.round(most / MiB)} MiB, daemon ${Math.round(residentMiB())} MiB, slowest answer ${Math.round(slowestMs)} ms`,
      )
      await sandbox.deploy({ 'flood.service': '' })
    })

  async function settled(isSo: () => boolean): Promise<boolean> {
    const giveUpAt = performance.now() + 30_000
    while (!isSo() && performance.now() < giveUpAt) await delay(50)
    return isSo()
  }
})
