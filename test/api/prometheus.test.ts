import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { metricsText } from '../../src/api/prometheus.ts'
import { prometheusText } from '../../src/api/prometheus-text.ts'
import { head, statusOf, unitOf } from '../support/status-answers.ts'

const daemon = {
  cpuSeconds: 1.5,
  residentBytes: 1 << 26,
  virtualBytes: 1 << 30,
  openFiles: 30,
  maxFiles: 1024,
  startTimeSeconds: 1000,
}

const linesOf = (text: string): readonly string[] => text.split('\n')

describe("the text of Prometheus' format", () => {
  test('has help and type before the samples of a name, and ends with a line break', () => {
    const family = {
      name: 'a_total',
      type: 'counter',
      help: 'Twice\na \\ day.',
      samples: [{ value: 3 }],
    } as const
    assert.equal(
      prometheusText([family]),
      '# HELP a_total Twice\\na \\\\ day.\n# TYPE a_total counter\na_total 3\n',
    )
  })

  test('escapes what labels may hold', () => {
    const samples = [{ labels: { unit: 'a"b\\c\nd', state: 'x' }, value: 1 }]
    const text = prometheusText([{ name: 'a', type: 'gauge', help: 'A.', samples }])
    assert.equal(linesOf(text)[2], 'a{unit="a\\"b\\\\c\\nd",state="x"} 1')
  })

  test('writes what is no ordinary number as Go reads it', () => {
    const samples = [Number.NaN, Infinity, -Infinity, 1e21, 0.5].map((value) => ({ value }))
    const text = prometheusText([{ name: 'a', type: 'gauge', help: 'A.', samples }])
    assert.deepEqual(linesOf(text).slice(2, -1), ['a NaN', 'a +Inf', 'a -Inf', 'a 1e+21', 'a 0.5'])
  })

  test('leaves out a name without samples', () => {
    assert.equal(prometheusText([{ name: 'a', type: 'gauge', help: 'A.', samples: [] }]), '')
  })
})

describe('the metrics of gitproc', () => {
  const held = { unit: 'web', sinceMs: 0, who: 'root', reason: undefined }
  const text = metricsText(
    statusOf([
      unitOf('api.service', {
        restarts: 2,
        ioReadBytes: undefined,
        health: { state: 'unhealthy', detail: '', checkedAtMs: 1 },
      }),
      unitOf('web.service', {
        activeState: 'inactive',
        hold: held,
        memoryMaxBytes: Infinity,
        memoryBytes: undefined,
      }),
    ]),
    daemon,
  )
  const lines = linesOf(text)

  test('tell of the whole which status holds, which generation and commit', () => {
    for (const line of [
      'gitproc_build_info{version="0.1.0"} 1',
      'gitproc_sync_status{status="Synced"} 1',
      'gitproc_sync_status{status="OutOfSync"} 0',
      'gitproc_health_status{status="Degraded"} 0',
      'gitproc_generation 7',
      `gitproc_revision_info{branch="main",sha="${head.sha}"} 1`,
    ])
      assert.ok(lines.includes(line), line)
  })

  test('tell of each unit its state, restarts and usage', () => {
    for (const line of [
      'gitproc_unit_state{unit="api.service",state="active"} 1',
      'gitproc_unit_state{unit="api.service",state="failed"} 0',
      'gitproc_unit_state{unit="web.service",state="inactive"} 1',
      'gitproc_unit_health{unit="api.service",health="unhealthy"} 1',
      'gitproc_unit_held{unit="web.service"} 1',
      'gitproc_unit_restarts_total{unit="api.service"} 2',
      'gitproc_unit_cpu_seconds_total{unit="api.service"} 22.32',
      'gitproc_unit_memory_bytes{unit="api.service"} 88080384',
      'gitproc_unit_memory_limit_bytes{unit="api.service"} 268435456',
      'gitproc_unit_io_written_bytes_total{unit="api.service"} 8192',
      'process_cpu_seconds_total 1.5',
    ])
      assert.ok(lines.includes(line), line)
  })

  test('are silent where this host knows nothing, rather than zero', () => {
    for (const start of [
      'gitproc_unit_memory_bytes{unit="web.service"}',
      'gitproc_unit_memory_limit_bytes{unit="web.service"}',
      'gitproc_unit_io_read_bytes_total{unit="api.service"}',
      'gitproc_unit_health{unit="web.service"',
    ])
      assert.ok(!lines.some((line) => line.startsWith(start)), start)
  })

  test('name each family once, with every sample of it together', () => {
    const names = lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => /^\w+/.exec(line)![0])
    const changes = names.filter((name, index) => name !== names[index - 1])
    assert.deepEqual(changes, [...new Set(names)])
    assert.deepEqual(
      lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]),
      changes,
    )
  })

  test('exist before anything is applied', () => {
    const none = metricsText(
      statusOf([], { revision: undefined, generation: undefined, sync: 'Unknown' }),
      daemon,
    )
    assert.match(none, /gitproc_sync_status\{status="Unknown"\} 1/)
    assert.doesNotMatch(none, /gitproc_generation/)
  })
})
