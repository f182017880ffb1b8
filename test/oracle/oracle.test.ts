/** Every row of the oracle's tables that needs no real process, as a part of the pure tests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runTable, tableNames, unexpected } from './run.ts'
import { hasOracle } from './tsv.ts'

const skip = hasOracle() ? false : 'the oracle folder is not beside the project'

for (const name of tableNames.filter((each) => each !== 'really-run'))
  test(`gitproc reads the table ${name} as systemd does`, { skip }, async () => {
    for (const result of await runTable(name)) assert.deepEqual(unexpected(result), [])
  })
