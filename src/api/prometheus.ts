/** What `/metrics` tells: the whole, its units, and the daemon's own process. Pure. */
import type { Health, StatusAnswer, SyncStatus } from './contract.ts'
import { type ProcessFigures, processFamilies } from './prometheus-process.ts'
import { type Family, prometheusText } from './prometheus-text.ts'
import { oneOf, unitFamilies } from './prometheus-units.ts'

const syncStatuses: readonly SyncStatus[] = ['Synced', 'OutOfSync', 'Unknown']
const healths: readonly Health[] = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded', 'Unknown']

export const metricsText = (status: StatusAnswer, figures: ProcessFigures): string =>
  prometheusText(metricFamilies(status, figures))

export const metricFamilies = (status: StatusAnswer, figures: ProcessFigures): readonly Family[] => [
  ...wholeFamilies(status),
  ...unitFamilies(status.units),
  ...processFamilies(figures),
]

const wholeFamilies = (status: StatusAnswer): readonly Family[] => [
  {
    name: 'gitproc_build_info',
    type: 'gauge',
    help: 'Always 1; the version of the daemon as a label.',
    samples: [{ labels: { version: status.daemon.version }, value: 1 }],
  },
  {
    name: 'gitproc_sync_status',
    type: 'gauge',
    help: 'Whether what is applied is what the branch says: 1 for the status that holds.',
    samples: oneOf(syncStatuses, status.sync, {}, 'status'),
  },
  {
    name: 'gitproc_health_status',
    type: 'gauge',
    help: 'The worst health of all units: 1 for the one that holds.',
    samples: oneOf(healths, status.health, {}, 'status'),
  },
  ...revisionFamilies(status),
  {
    name: 'gitproc_diagnostics',
    type: 'gauge',
    help: 'Findings in the unit files, by severity.',
    samples: ['error', 'warning'].map((severity) => ({
      labels: { severity },
      value: status.diagnostics.filter((diagnostic) => diagnostic.severity === severity).length,
    })),
  },
]

const revisionFamilies = ({ generation, revision }: StatusAnswer): readonly Family[] => [
  {
    name: 'gitproc_generation',
    type: 'gauge',
    help: 'Number of the present generation: it grows with every deployment and rollback.',
    samples: generation === undefined ? [] : [{ value: generation }],
  },
  {
    name: 'gitproc_revision_info',
    type: 'gauge',
    help: 'Always 1; the commit that is applied as labels.',
    samples:
      revision === undefined ? [] : [{ labels: { branch: revision.branch, sha: revision.sha }, value: 1 }],
  },
  {
    name: 'gitproc_revision_timestamp_seconds',
    type: 'gauge',
    help: 'When the commit that is applied was made, since the epoch.',
    samples: revision === undefined ? [] : [{ value: revision.committedAtMs / 1000 }],
  },
]
