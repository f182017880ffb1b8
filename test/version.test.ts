import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { version } from '../src/version.ts'

test('the daemon tells the version that the package has', () => {
  const packageFile = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')
  assert.equal(version, (JSON.parse(packageFile) as { readonly version: string }).version)
})
