/** The layout of `src/` is a promise: who may import whom, and which package belongs to which folder (docs/decisions). */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..', 'src')

/** Folder → what it may import. A `*.ts` name is a file; `types:` allows `import type` only. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: [],
  units: ['base'],
  plan: ['base', 'units'],
  lifecycle: ['base', 'units'],
  git: ['base'],
  executor: ['base'],
  logs: ['base'],
  store: ['base', 'types:plan', 'types:lifecycle'],
  supervisor: ['base', 'units', 'lifecycle', 'executor', 'logs', 'store'],
  controller: [
    'base',
    'units',
    'plan',
    'git',
    'store',
    'supervisor',
    'types:api/contract.ts',
    'types:api/requests.ts',
  ],
  api: ['base', 'plan', 'store', 'supervisor', 'controller'],
  dashboard: ['types:api/contract.ts', 'types:api/requests.ts'],
  cli: [
    'base',
    'units',
    'plan',
    'git',
    'logs',
    'api/contract.ts',
    'api/requests.ts',
    'config.ts',
    'config-keys.ts',
    'daemon.ts',
    'run-unit.ts',
    'read-host-facts.ts',
    'version.ts',
  ],
}

/** Package → the only folders or files that may import it. */
const packageHomes: Readonly<Record<string, readonly string[]>> = {
  'isomorphic-git': ['git'],
  undici: ['supervisor', 'cli'],
  '@oclif/core': ['cli'],
  winston: ['logger.ts'],
  ini: ['config.ts'],
  koffi: ['executor', 'supervisor', 'cli'],
  'node-cron': ['supervisor', 'controller', 'units'],
}

const deciding = ['base', 'units', 'plan', 'lifecycle']

interface Import {
  readonly file: string
  readonly target: string
  readonly isTypeOnly: boolean
}

const importPattern =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

const imports: readonly Import[] = globSync('**/*.ts', { cwd: root }).flatMap((file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(importPattern)].map((match) => ({
    file: file.split(sep).join('/'),
    target: match[2] ?? match[3]!,
    isTypeOnly: match[1] !== undefined,
  })),
)

const folderOf = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '')

const localTarget = (entry: Import): string =>
  relative(root, join(root, dirname(entry.file), entry.target))
    .split(sep)
    .join('/')

const isAllowed = (entry: Import): boolean => {
  const from = folderOf(entry.file)
  const target = localTarget(entry)
  if (from === '' || folderOf(target) === from) return true
  const rules = allowed[from] ?? []
  return rules.some((rule) => {
    const name = rule.replace('types:', '')
    if (rule.startsWith('types:') && !entry.isTypeOnly) return false
    return name.endsWith('.ts') ? target === name : folderOf(target) === name
  })
}

const describe = (entry: Import): string => `${entry.file} imports ${entry.target}`

test('a folder imports only what the layout allows', () => {
  const wrong = imports.filter((entry) => entry.target.startsWith('.') && !isAllowed(entry))
  assert.deepEqual(wrong.map(describe), [])
})

test('a package is imported by its own folder only', () => {
  const wrong = imports.filter((entry) => {
    const homes = Object.entries(packageHomes).find(
      ([name]) => entry.target === name || entry.target.startsWith(`${name}/`),
    )?.[1]
    return homes !== undefined && !homes.some((home) => entry.file === home || folderOf(entry.file) === home)
  })
  assert.deepEqual(wrong.map(describe), [])
})

test('a deciding folder imports nothing of Node', () => {
  const wrong = imports.filter(
    (entry) =>
      deciding.includes(folderOf(entry.file)) &&
      (entry.target.startsWith('node:') || builtinModules.includes(entry.target)),
  )
  assert.deepEqual(wrong.map(describe), [])
})

test('every folder of src stands in the table of the layout', () => {
  const folders = new Set(imports.map((entry) => folderOf(entry.file)).filter((folder) => folder !== ''))
  assert.deepEqual(
    [...folders].filter((folder) => !(folder in allowed)),
    [],
  )
})

test('no file is called utils, helpers, common, manager or misc, and none is a barrel', () => {
  const files = globSync('**/*.ts', { cwd: root })
  assert.deepEqual(
    files.filter((file) => /(^|[/-])(utils?|helpers?|common|manager|misc)\.ts$|(^|[/])index\.ts$/.test(file)),
    [],
  )
})
