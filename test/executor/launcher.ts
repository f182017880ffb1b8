/** A daemon to be killed: launches numbered services as fast as it can until somebody ends it. */

import { createExecutor } from '../../src/executor/process-executor.ts'
import { systemClock } from '../../src/system-clock.ts'
import { launchSpec } from './harness.ts'

const [runDirectory = '', journal = '', round = '0'] = process.argv.slice(2)
const executor = await createExecutor({ runDirectory, clock: systemClock })
await executor.adopt()
console.log('ready')
for (let index = 0; ; index += 1) {
  const exits = index % 2 === 0
  // Each start is one line in the journal, so a second start of an invocation would show.
  const script = `echo "$INVOCATION_ID $$" >>"$JOURNAL"; ${exits ? `exit ${index % 100}` : 'exec sleep 1000'}`
  const spec = launchSpec(`r${round}-${index}.service`, script, {
    command: { environment: { PATH: '/usr/bin:/bin', JOURNAL: journal } },
    revision: String(index % 100),
  })
  await executor.launch(spec)
}
