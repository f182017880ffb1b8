import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Diagnostic } from '../../../src/base/diagnostic.ts'
import { diagnosticLine, diagnosticSummary, githubLine } from '../../../src/cli/render/diagnostics.ts'
import { plainLook } from '../../support/looks.ts'

const finding: Diagnostic = {
  position: { file: 'services/web.service', line: 12, column: 12 },
  severity: 'error',
  code: 'bad-value',
  message: 'RestartSec= wants a time span, got "soon"',
  man: 'systemd.time(7)',
}

describe('a finding', () => {
  test('is one line that editors can jump to', () => {
    assert.equal(
      diagnosticLine(finding, plainLook),
      'services/web.service:12:12: error: RestartSec= wants a time span, got "soon"  [systemd.time(7)]',
    )
  })

  test('says what was probably meant, once', () => {
    const meant = { ...finding, message: 'unknown directive RestartSecs=', suggestion: 'RestartSec=' }
    assert.match(diagnosticLine(meant, plainLook), /RestartSecs=; did you mean RestartSec=\?/)
    const said = { ...meant, message: 'unknown directive, did you mean RestartSec=?' }
    assert.equal(diagnosticLine(said, plainLook).match(/RestartSec=/g)?.length, 1)
  })

  test('becomes an annotation of GitHub Actions whose text cannot break out of it', () => {
    const sly = { ...finding, message: '100 %\n::warning::x' }
    assert.equal(
      githubLine(sly),
      '::error file=services/web.service,line=12,col=12,title=bad-value::100 %25%0A::warning::x',
    )
  })
})

test('the summary counts files and findings by severity', () => {
  assert.equal(
    diagnosticSummary(2, [finding, { ...finding, severity: 'warning' }]),
    '2 files, 1 error, 1 warning',
  )
  assert.equal(diagnosticSummary(1, []), '1 file, nothing to say')
})
