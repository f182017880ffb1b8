import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderUnit } from '../../../src/cli/render/unit-detail.ts'
import { plainLook, wideLook } from '../../support/looks.ts'
import { minuteMs, nowMs, unitOf } from '../../support/status-answers.ts'

describe('gitproc status NAME', () => {
  const alone = { units: [], diagnostics: [] }
  const db = unitOf('db.service')
  const failed = unitOf('mailer.service', {
    description: 'Outgoing mail',
    activeState: 'failed',
    subState: 'failed',
    result: 'exit-code',
    hasGivenUp: true,
    reason: 'gave up: 5 starts in 60 s',
    mainPid: undefined,
    restarts: 5,
    lastExit: { exit: { kind: 'exited', code: 78 }, atMs: nowMs - 2 * minuteMs },
    needs: ['db.service', 'gone.service'],
  })

  test('has name, state, main pid, start time, restart count and last exit status', () => {
    const running = unitOf('web.service', {
      lastExit: {
        exit: { kind: 'killed', signal: 'SIGKILL', dumpedCore: false },
        atMs: nowMs - minuteMs,
        oomKilled: true,
      },
      restarts: 2,
    })
    const shown = renderUnit(running, alone, plainLook).join('\n')
    for (const words of [
      /web\.service/,
      /running/,
      /4711/,
      /12m ago/,
      /Restarts: 2/,
      /SIGKILL \(out of memory\), 1m ago/,
    ])
      assert.match(shown, words)
  })

  test('tells what it uses, of what it may, and how much memory it used at most', () => {
    assert.match(
      renderUnit(unitOf('web.service'), alone, wideLook).join('\n'),
      /Usage: memory 84M of 256M \(peak 97M\), cpu 22\.3 s, tasks 3, read 4K, written 8K$/m,
    )
    const untold = { memoryBytes: undefined, cpuUsageUsec: undefined, tasks: undefined }
    const unit = unitOf('web.service', { ...untold, ioReadBytes: undefined, ioWriteBytes: undefined })
    assert.doesNotMatch(renderUnit(unit, alone, wideLook).join('\n'), /Usage/)
  })

  test('says what was found in its files, and in no others', () => {
    const finding = (file: string, message: string) =>
      ({
        position: { file, line: 7, column: 1 },
        severity: 'warning',
        code: 'not-enforced',
        message,
      }) as const
    const diagnostics = [
      finding('web.service', 'MemoryMax= holds for nothing: shop.slice has DisableControllers=memory'),
      finding('web.service.d/10-more.conf', 'Colour= is no directive'),
      finding('other.service', 'not of this one'),
    ]
    const shown = renderUnit(unitOf('web.service'), { units: [], diagnostics }, wideLook).join('\n')
    assert.match(shown, /Warning: MemoryMax= holds for nothing: .* \(web\.service:7\)$/m)
    assert.match(shown, /Warning: Colour= is no directive \(web\.service\.d\/10-more\.conf:7\)$/m)
    assert.doesNotMatch(shown, /not of this one/)
  })

  test('says of a failed unit why, and which command helps', () => {
    const shown = renderUnit(failed, { units: [db, failed], diagnostics: [] }, wideLook).join('\n')
    assert.match(shown, /× mailer\.service - Outgoing mail/)
    assert.match(shown, /gave up: 5 starts in 60 s {3}gitproc logs mailer --last-crash/)
    assert.match(shown, /exit 78 \(CONFIG\)/)
  })

  test('keeps to the width of the terminal, and says a state once', () => {
    const unit = unitOf('mailer.service', {
      activeState: 'failed',
      subState: 'failed',
      reason: 'exited 78; gave up: 5 starts in 60 s; start it again with gitproc start mailer',
    })
    const lines = renderUnit(unit, alone, plainLook)
    assert.deepEqual(
      lines.filter((line) => [...line].length > 80),
      [],
    )
    assert.match(lines.join('\n'), /State: failed since 12m ago: exited 78;/)
  })

  test('shows how what it needs is doing, and names what is not there', () => {
    assert.match(
      renderUnit(failed, { units: [db], diagnostics: [] }, wideLook).join('\n'),
      /Needs: db ● running, gone$/m,
    )
  })

  test('a status that is not known is not made up', () => {
    const lost = unitOf('a.service', {
      lastExit: { exit: { kind: 'unknown', why: 'the shim was killed' }, atMs: nowMs },
    })
    assert.match(renderUnit(lost, alone, wideLook).join('\n'), /exit unknown: the shim was killed/)
  })
})
