/** The page of `/metrics`, made from what the daemon tells of a status in which everything is known. */
import { metricFamilies } from '../src/api/prometheus.ts'
import type { Family } from '../src/api/prometheus-text.ts'
import { nowMs, statusOf, unitOf } from '../test/support/status-answers.ts'
import { markdownTable } from './markdown-table.ts'

const probed = unitOf('web.service', { health: { state: 'healthy', detail: '', checkedAtMs: nowMs } })
const daemon = {
  cpuSeconds: 0,
  residentBytes: 0,
  virtualBytes: 0,
  openFiles: 0,
  maxFiles: 0,
  startTimeSeconds: 0,
}

export const metricsPage = (): string =>
  [
    '# Metrics',
    '',
    'Made from `src/api/prometheus.ts` by `npm run docs`.',
    '',
    "`GET /metrics` on the daemon's socket, in Prometheus' text format; over TCP, too, where `metrics_listen` names a port of this",
    'host. It takes no credentials there, and tells names and figures of units, but no settings and no output.',
    '',
    '    curl --unix-socket /run/gitproc/gitproc.sock http://localhost/metrics',
    '',
    '    # prometheus.yml, with metrics_listen = 127.0.0.1:9645',
    '    scrape_configs:',
    '      - job_name: gitproc',
    "        static_configs: [{ targets: ['127.0.0.1:9645'] }]",
    '',
    'Figures come from cgroup v2 where it has the controllers, else from /proc: there CPU time and I/O are those of processes that',
    'live and of children that were waited for. What a host cannot tell is left out rather than zero. Counters of a unit begin',
    'anew when it is started, as `rate()` expects.',
    '',
    ...markdownTable(
      ['Name', 'Type', 'Labels', 'Meaning'],
      metricFamilies(statusOf([probed]), daemon).map(cells),
    ),
    '',
    '`GET /v1/units/NAME/metrics?points=N` gives the last hour of one unit as JSON. `gitproc top` shows all of them live.',
    '',
  ].join('\n')

const cells = ({ name, type, samples, help }: Family): readonly string[] => {
  const labels = Object.keys(samples[0]?.labels ?? {})
  return [`\`${name}\``, type, labels.map((label) => `\`${label}\``).join(', '), help]
}
