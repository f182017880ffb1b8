import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { printTablePage } from '../../src/lifecycle/table-page.ts'

const source = readFileSync(new URL('../../src/lifecycle/service.ts', import.meta.url), 'utf8')
const page = new URL('../../docs/lifecycle.md', import.meta.url)

test('docs/lifecycle.md says what the table says', () => {
  if (process.argv.includes('--write')) writeFileSync(page, printTablePage(source))
  assert.equal(
    readFileSync(page, 'utf8'),
    printTablePage(source),
    'renew it: node test/lifecycle/table-page.test.ts --write',
  )
})
