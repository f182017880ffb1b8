/** A process of its own for tests that kill it: `store-child.ts lock DIRECTORY`, `store-child.ts states FILE`. */
import { writeSync } from 'node:fs'
import { silentLog } from '../../src/base/log.ts'
import { lockStateDirectory } from '../../src/store/lock.ts'
import { openUnitStates } from '../../src/store/unit-states.ts'

const [role, path = ''] = process.argv.slice(2)

const lock = (): void => {
  try {
    lockStateDirectory(path)
    console.log('locked')
  } catch (error) {
    console.log((error as { code: string }).code)
  }
  // Lives until it is killed, holding the lock or not.
  process.stdin.resume()
}

const states = (): void => {
  const store = openUnitStates(path, { log: silentLog })
  for (let count = 1; ; count++) {
    store.save(`u${count % 50}.service`, count)
    writeSync(1, `${count}\n`)
  }
}

if (role === 'lock') lock()
else states()
