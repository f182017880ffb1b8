import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { generatedPages } from '../../docs/generate.ts'

const pages = await generatedPages()
const docs = join(import.meta.dirname, '..', '..', 'docs')

const names = [
  'directives.md',
  'corpus-gap.md',
  'commands.md',
  'configuration.md',
  'errors.md',
  'exit-statuses.md',
]

for (const name of names) {
  const text = pages.get(name)
  const skip = text === undefined ? 'the oracle folder is not beside the project' : false
  test(`docs/${name} says what the sources say (npm run docs)`, { skip }, () => {
    assert.ok(readFileSync(join(docs, name), 'utf8') === text, `docs/${name} is out of date: npm run docs`)
  })
}
