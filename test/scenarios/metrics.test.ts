/** /metrics of a real daemon: what Prometheus' own linter says, and what is told of real processes. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import type { UnitMetricsAnswer } from '../../src/api/contract.ts'
import { Sandbox } from '../support/sandbox.ts'

const promtool = spawnSync('promtool', ['--version']).error === undefined

interface Answer {
  readonly status: number | undefined
  readonly type: string | undefined
  readonly text: string
}

const fetchText = (options: object): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ path: '/metrics', agent: false, ...options }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => (text += chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode, type: response.headers['content-type'], text }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end()
  })

describe('/metrics', () => {
  const sandbox = new Sandbox({ settings: { METRICS_LISTEN: '127.0.0.1:0' } })
  const scrape = (): Promise<Answer> => fetchText({ socketPath: sandbox.socket })
  const figureOf = (text: string, series: string): number => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `))
    assert.ok(line, `no ${series} in:\n${text}`)
    return Number(line.slice(series.length))
  }

  before(async () => {
    await sandbox.init({
      'busy.service': "[Service]\nExecStart=/bin/sh -c 'while :; do sleep 0.02; done'\n",
      'broken.service': '[Service]\nExecStart=/bin/false\n',
    })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  test('passes promtool check metrics', {
    skip: promtool ? false : 'promtool is missing: apt install prometheus',
  }, async () => {
    const { text } = await scrape()
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    })
    assert.equal(stderr + stdout, '')
    assert.equal(status, 0)
  })

  test('tells the state of each unit, and what it uses', async () => {
    const { status, type, text } = await scrape()
    assert.equal(status, 200)
    assert.equal(type, 'text/plain; version=0.0.4; charset=utf-8')
    assert.equal(figureOf(text, 'gitproc_unit_state{unit="busy.service",state="active"}'), 1)
    assert.ok(figureOf(text, 'gitproc_unit_tasks{unit="busy.service"}') >= 1)
    assert.ok(figureOf(text, 'gitproc_unit_memory_bytes{unit="busy.service"}') > 100_000)
    assert.ok(figureOf(text, 'gitproc_generation') >= 1)
    assert.ok(figureOf(text, 'process_resident_memory_bytes') > 10_000_000)
  })

  test('counts CPU time up', async () => {
    const series = 'gitproc_unit_cpu_seconds_total{unit="busy.service"}'
    const first = figureOf((await scrape()).text, series)
    let later = first
    while (later <= first) later = figureOf((await scrape()).text, series)
    assert.ok(later > first)
  })

  test('is served over TCP where the configuration says so, to this host and nobody who pretends', async () => {
    const port = Number(/127\.0\.0\.1:(\d+)\/metrics/.exec(sandbox.daemonOutput)?.[1])
    assert.ok(port > 0, sandbox.daemonOutput)
    const told = await fetchText({ host: '127.0.0.1', port })
    assert.equal(told.status, 200)
    assert.match(told.text, /^gitproc_sync_status\{status="\w+"\} 1$/m)
    assert.equal(
      (await fetchText({ host: '127.0.0.1', port, headers: { host: 'evil.example' } })).status,
      403,
    )
    assert.equal((await fetchText({ host: '127.0.0.1', port, path: '/v1/status' })).status, 404)
    assert.equal((await fetchText({ host: '127.0.0.1', port, method: 'POST' })).status, 405)
  })

  test('of a unit knows only units that exist', async () => {
    const path = (unit: string): string => `/v1/units/${unit}/metrics?points=10`
    const { unit, points } = await sandbox.get<UnitMetricsAnswer>(path('busy.service'))
    assert.equal(unit, 'busy.service')
    assert.ok(Array.isArray(points))
    assert.equal((await fetchText({ socketPath: sandbox.socket, path: path('bsy.service') })).status, 404)
  })
})

test('a daemon refuses to serve metrics to the world', async () => {
  const sandbox = new Sandbox({ settings: { METRICS_LISTEN: '0.0.0.0:9645' } })
  const { status, stderr } = await sandbox.gitproc('daemon')
  assert.equal(status, 64)
  assert.match(stderr, /GITPROC_METRICS_LISTEN: wants a port of this host such as 127\.0\.0\.1:9645/)
  await sandbox.end()
})
