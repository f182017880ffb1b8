import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { readFolder } from '../../src/cli/read-folder.ts'
import { verifyTarget } from '../../src/cli/verify-target.ts'
import { loadConfig } from '../../src/config.ts'

describe('gitproc verify', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gitproc-verify-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const config = () => loadConfig({ repo: folder }, { HOME: folder })
  const put = (path: string, text: string): void => writeFileSync(join(folder, path), text)

  test('a folder is judged whole: what units ask of each other, too', async () => {
    put('web.service', '[Unit]\nRequires=nowhere.service\n[Service]\nExecStart=/bin/true\n')
    const { diagnostics, files } = await verifyTarget(folder, config())
    assert.equal(files, 1)
    assert.ok(
      diagnostics.some(
        ({ severity, message }) => severity === 'error' && message.includes('nowhere.service'),
      ),
    )
  })

  test('a file alone is judged without its neighbours, and with its drop-ins', async () => {
    put('web.service', '[Unit]\nRequires=nowhere.service\n[Service]\nExecStart=/bin/true\n')
    mkdirSync(join(folder, 'web.service.d'))
    put('web.service.d/bad.conf', '[Service]\nRestartSec=soon\n')
    const { diagnostics } = await verifyTarget(join(folder, 'web.service'), config())
    assert.deepEqual(
      diagnostics.map(({ position }) => [position.file.endsWith('web.service.d/bad.conf'), position.line]),
      [[true, 2]],
    )
  })

  test('without a path the repository is judged as it lies there, committed or not', async () => {
    put('web.service', '[Service]\nRestart=always\n')
    const { diagnostics } = await verifyTarget(undefined, config())
    assert.ok(diagnostics.some(({ severity }) => severity === 'error'))
  })

  test('a link to a template is read as a link', () => {
    put('worker@.service', '[Service]\nExecStart=/bin/true\n')
    symlinkSync('worker@.service', join(folder, 'worker@a.service'))
    const entry = readFolder(folder).get('worker@a.service')
    assert.deepEqual(entry && { kind: entry.kind, target: entry.kind === 'link' && entry.target }, {
      kind: 'link',
      target: 'worker@.service',
    })
  })
})
