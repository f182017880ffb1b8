import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { UnitView } from '../../../src/api/contract.ts'
import { renderStatus } from '../../../src/cli/render/status.ts'
import { plainLook, wideLook } from '../../support/looks.ts'
import { dayMs, minuteMs, nowMs, revisionOf, statusOf, unitOf } from '../../support/status-answers.ts'

const mailer: Partial<UnitView> = {
  activeState: 'failed',
  subState: 'failed',
  result: 'exit-code',
  hasGivenUp: true,
  mainPid: undefined,
  restarts: 5,
  lastExit: { exit: { kind: 'exited', code: 78 }, atMs: nowMs - 2 * minuteMs },
}
const debug: Partial<UnitView> = {
  activeState: 'inactive',
  subState: 'dead',
  mainPid: undefined,
  hold: { unit: 'debug.service', who: 'root', sinceMs: nowMs - 3 * dayMs, reason: 'noisy' },
}

const text = (lines: readonly string[]): string => lines.join('\n')

describe('gitproc status', () => {
  test('says in one line what is applied, by whom, and that all is well', () => {
    const [first] = renderStatus(statusOf([unitOf('web.service')]), wideLook)
    assert.equal(first, 'shop  main@4f2c91a "raise worker pool" (root, 12m ago)   SYNCED   HEALTH healthy')
  })

  test('breaks that line where a terminal is too narrow for it', () => {
    const [first, second] = renderStatus(
      statusOf([unitOf('web.service')], { sync: 'OutOfSync', syncReason: 'Held' }),
      plainLook,
    )
    assert.equal(first, 'shop  main@4f2c91a "raise worker pool" (root, 12m ago)')
    assert.equal(second, '  OUT OF SYNC (held)   HEALTH healthy')
  })

  test('shows every state by a shape, a word and what belongs to it', () => {
    const units = [
      unitOf('api.service'),
      unitOf('web.service', { activeState: 'activating', subState: 'start', sinceMs: nowMs - 4000 }),
      unitOf('mailer.service', mailer),
      unitOf('debug.service', debug),
      unitOf('backup.timer', {
        subState: 'waiting',
        nextEventAtMs: nowMs + 3 * 3600_000,
        mainPid: undefined,
      }),
      unitOf('retry.service', {
        activeState: 'activating',
        subState: 'auto-restart',
        nextEventAtMs: nowMs + 4000,
      }),
    ]
    const shown = text(renderStatus(statusOf(units), plainLook))
    assert.match(shown, /● {2}api .* running /)
    assert.match(shown, /↻ {2}web .* start 4s /)
    assert.match(shown, /× {2}mailer .* gave up .* 5 {2}2m ago, exit 78/)
    assert.match(shown, /○ {2}debug .* held .*\(by root 3d ago: "noisy"\)/)
    assert.match(shown, /◷ {2}backup\.timer .* next \d\d:00/)
    assert.match(shown, /↻ {2}retry .* restart in 4s/)
  })

  test('a service and its timer are one line: when it runs next, how and how long it last ran', () => {
    const timer = unitOf('backup.timer', {
      subState: 'waiting',
      nextEventAtMs: nowMs + 12 * 3600_000,
      trigger: { unit: 'backup.service', lastAtMs: nowMs - dayMs },
    })
    const service = unitOf('backup.service', {
      activeState: 'inactive',
      subState: 'dead',
      mainPid: undefined,
      startedAtMs: nowMs - dayMs,
      lastExit: { exit: { kind: 'exited', code: 0 }, atMs: nowMs - dayMs + 41_000 },
    })
    const shown = renderStatus(statusOf([service, timer]), { ...plainLook, isUtc: true })
    assert.match(text(shown), /◷ {2}backup +next 02:00 +last ok .* took 41s/)
    assert.equal(shown.filter((line) => line.includes('backup')).length, 1)
  })

  test('fits eighty columns, and gives up the least important columns first', () => {
    const long = unitOf('a-service-with-quite-a-long-name-for-a-service.service')
    const lines = renderStatus(statusOf([long]), plainLook)
    assert.ok(
      lines.every((line) => [...line].length <= 80),
      text(lines),
    )
    assert.doesNotMatch(text(lines), /USER/)
    assert.match(text(lines), /COMMIT/)
    assert.match(text(renderStatus(statusOf([long]), wideLook)), /USER/)
  })

  test('names every error of a refused commit, beside what runs on', () => {
    const status = statusOf([unitOf('web.service')], {
      sync: 'OutOfSync',
      syncReason: 'Refused',
      pending: { revision: revisionOf('8d11e02', 'oops'), why: 'unit files have errors' },
      diagnostics: [
        {
          position: { file: 'two.service', line: 3, column: 1 },
          severity: 'error',
          code: 'x',
          message: 'no ExecStart=',
        },
      ],
    })
    const shown = text(renderStatus(status, wideLook))
    assert.match(shown, /main@4f2c91a/)
    assert.match(shown, /! main@8d11e02 "oops" is not applied: 1 error {3}gitproc verify 8d11e02/)
    assert.match(shown, /two\.service:3:1: error: no ExecStart=/)
  })

  test('says what the host does not enforce, and for which unit', () => {
    const unit = unitOf('web.service', {
      notEnforced: ['MemoryMax= (no controller)', 'TasksMax= (no controller)'],
    })
    const shown = text(renderStatus(statusOf([unit], { limitations: ['no memory controller'] }), wideLook))
    assert.match(shown, /\* this host: no memory controller/)
    assert.match(shown, /\* not enforced here: web MemoryMax= TasksMax= {3}gitproc status web/)
  })

  test('says of each unit in trouble why, since when, and which command helps', () => {
    const units = [
      unitOf('mailer.service', {
        ...mailer,
        reason: 'gave up: 5 starts in 60 s',
        sinceMs: nowMs - 2 * minuteMs,
      }),
      unitOf('web.service', {
        health: { ...unitOf('web.service').health, state: 'unhealthy', detail: '503' },
      }),
      unitOf('batch.service', { isFrozen: true }),
    ]
    const shown = text(renderStatus(statusOf(units), plainLook))
    assert.match(shown, /! mailer: gave up: 5 starts in 60 s \(2m ago\)\n? +gitproc logs mailer --last-crash/)
    assert.match(shown, /! web is unhealthy: 503 {3}gitproc why web/)
    assert.match(shown, /\* batch is frozen {3}gitproc thaw batch/)
  })

  test('the health check of what does not run is not waited for', () => {
    const held = unitOf('debug.service', {
      ...debug,
      health: { ...unitOf('a.service').health, state: 'starting' },
    })
    assert.doesNotMatch(text(renderStatus(statusOf([held]), plainLook)), /waiting/)
  })

  test('a commit that an order keeps out does not say the order a second time', () => {
    const status = statusOf([unitOf('web.service')], {
      sync: 'OutOfSync',
      syncReason: 'Suspended',
      pending: {
        revision: revisionOf('8d11e02', 'later'),
        why: 'commits are suspended by root: audit',
        remedy: 'gitproc resume',
      },
      notices: [
        {
          text: 'suspended by root: no commit is applied: audit',
          sinceMs: nowMs - minuteMs,
          remedy: 'gitproc resume',
        },
      ],
    })
    assert.deepEqual(renderStatus(status, wideLook).slice(-2), [
      '  ! main@8d11e02 "later" is not applied',
      '  ! suspended by root: no commit is applied: audit (1m ago)   gitproc resume',
    ])
  })

  test('many units in trouble do not drown what else there is to say', () => {
    const units = Array.from({ length: 40 }, (_, at) => unitOf(`w${at}.service`, mailer))
    const troubles = renderStatus(statusOf(units), wideLook).filter((line) => line.startsWith('  ! '))
    assert.equal(troubles.length, 6)
    assert.match(troubles.at(-1)!, /and 35 more like these {3}gitproc list/)
  })

  test('mentions uncommitted edits, which never run', () => {
    const status = statusOf([], {
      repository: { path: '/srv/shop', branch: 'main', uncommitted: ['web.service'] },
    })
    assert.match(
      text(renderStatus(status, plainLook)),
      /not committed, so not run: web\.service {3}git status/,
    )
  })

  test('an empty repository is told how to begin', () => {
    const shown = text(renderStatus(statusOf([], { revision: undefined }), plainLook))
    assert.match(shown, /nothing applied yet/)
    assert.match(shown, /commit unit files in \/srv\/shop/)
  })

  test('a commit message cannot steer the terminal', () => {
    const status = statusOf([], { revision: revisionOf('4f2c91a', 'evil \u001b[2J\u0007 message') })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    assert.doesNotMatch(text(renderStatus(status, plainLook)), /[\u0007\u001b]/)
  })

  test('has colours only where they were asked for', () => {
    const colour = '\u001b['
    assert.ok(!text(renderStatus(statusOf([unitOf('a.service')]), plainLook)).includes(colour))
    assert.ok(
      text(renderStatus(statusOf([unitOf('a.service')]), { ...plainLook, hasColor: true })).includes(colour),
    )
  })
})
