/** A directory of its own for one test, gone when the test has ended. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

export const temporaryDirectory = (context: TestContext): string => {
  const path = mkdtempSync(join(tmpdir(), 'gitproc-test-'))
  context.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}
