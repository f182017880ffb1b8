/** What a service says by sd_notify while one daemon follows another is heard by the next one. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

/** Says that it is ready once it is let go, and only then; not again when nobody hears. */
const program = `use strict;
use Socket;
select(undef, undef, undef, 0.02) until -e $ARGV[0];
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
my $sent = send($socket, "READY=1\\nSTATUS=said in between", 0, pack_sockaddr_un($ENV{NOTIFY_SOCKET}));
open(my $note, '>', "$ARGV[0].said") or die;
print $note $sent ? "heard" : "unheard: $!";
close $note;
sleep 1000;
`

for (const signal of ['SIGKILL', 'SIGTERM'] as const)
  describe(`READY=1 after ${signal} of the daemon`, () => {
    const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no', ROLLBACK_ON_FAILURE: 'no' } })
    after(() => sandbox.end())

    test('is known to the daemon that comes next', async () => {
      const [script, go] = [join(sandbox.prefix, 'notifier.pl'), join(sandbox.prefix, 'go')]
      writeFileSync(script, program)
      await sandbox.init({
        'late.service': `[Service]\nType=notify\nTimeoutStartSec=1h\nExecStart=/usr/bin/perl ${script} ${go}\n`,
      })
      await sandbox.start()
      const before = await sandbox.until(({ units }) => units[0]?.mainPid !== undefined)
      await sandbox.kill(signal)
      writeFileSync(go, '')
      const said = 'while [ ! -s "$1" ]; do sleep 0.02; done; cat "$1"'
      const { stdout } = await sandbox.exec('sh', ['-c', said, 'wait', `${go}.said`])
      assert.equal(stdout, 'heard')
      await sandbox.start()
      const unit = await sandbox.reaches('late.service', 'running')
      assert.equal(unit.mainPid, before.units[0]?.mainPid)
      assert.equal(unit.statusText, 'said in between')
    })
  })
