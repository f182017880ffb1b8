/** The units' families of `/metrics`. What a host can't tell of a unit has no sample. Pure. */
import type { UnitView } from './contract.ts'
import type { Family, Sample } from './prometheus-text.ts'

const activeStates = ['active', 'reloading', 'inactive', 'failed', 'activating', 'deactivating'] as const
const healthStates = ['starting', 'healthy', 'unhealthy'] as const

export const unitFamilies = (units: readonly UnitView[]): readonly Family[] => [
  ...stateFamilies(units),
  ...usageFamilies(units),
]

const stateFamilies = (units: readonly UnitView[]): readonly Family[] => [
  {
    name: 'gitproc_unit_state',
    type: 'gauge',
    help: 'Whether the unit is in this ActiveState (1) or not (0).',
    samples: units.flatMap(({ name, activeState }) =>
      oneOf(activeStates, activeState, { unit: name }, 'state'),
    ),
  },
  {
    name: 'gitproc_unit_health',
    type: 'gauge',
    help: 'Whether the health check of the unit says this (1) or not (0); only of units that have one.',
    samples: units
      .filter(({ health }) => health.state !== 'none')
      .flatMap(({ name, health }) => oneOf(healthStates, health.state, { unit: name }, 'health')),
  },
  {
    name: 'gitproc_unit_held',
    type: 'gauge',
    help: 'Whether a person stopped the unit, so that nothing starts it (1), or not (0).',
    samples: units.map(({ name, hold }) => ({ labels: { unit: name }, value: hold === undefined ? 0 : 1 })),
  },
  counter(
    'gitproc_unit_restarts_total',
    'Restarts by the own policy of the unit since it was last started on purpose.',
    each(units, (unit) => unit.restarts),
  ),
  gauge(
    'gitproc_unit_start_time_seconds',
    'When the main process of the unit last started, since the epoch.',
    each(units, ({ startedAtMs }) => (startedAtMs === undefined ? undefined : startedAtMs / 1000)),
  ),
]

const usageFamilies = (units: readonly UnitView[]): readonly Family[] => [
  counter(
    'gitproc_unit_cpu_seconds_total',
    'CPU time that the unit has used since it was started.',
    each(units, ({ cpuUsageUsec }) => (cpuUsageUsec === undefined ? undefined : cpuUsageUsec / 1_000_000)),
  ),
  gauge(
    'gitproc_unit_memory_bytes',
    'Memory that the unit uses.',
    each(units, (unit) => unit.memoryBytes),
  ),
  gauge(
    'gitproc_unit_memory_peak_bytes',
    'Most memory that the unit has used since it was started.',
    each(units, (unit) => unit.memoryPeakBytes),
  ),
  gauge(
    'gitproc_unit_memory_limit_bytes',
    'MemoryMax= of the unit.',
    each(units, ({ memoryMaxBytes }) => (Number.isFinite(memoryMaxBytes) ? memoryMaxBytes : undefined)),
  ),
  gauge(
    'gitproc_unit_tasks',
    'Processes and threads of the unit.',
    each(units, (unit) => unit.tasks),
  ),
  counter(
    'gitproc_unit_io_read_bytes_total',
    'Bytes that the unit has read from block devices since it was started.',
    each(units, (unit) => unit.ioReadBytes),
  ),
  counter(
    'gitproc_unit_io_written_bytes_total',
    'Bytes that the unit has written to block devices since it was started.',
    each(units, (unit) => unit.ioWriteBytes),
  ),
]

const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  type: 'gauge',
  help,
  samples,
})

const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  type: 'counter',
  help,
  samples,
})

const each = (units: readonly UnitView[], value: (unit: UnitView) => number | undefined): readonly Sample[] =>
  units.flatMap((unit) => {
    const its = value(unit)
    return its === undefined ? [] : [{ labels: { unit: unit.name }, value: its }]
  })

/** One sample for each word that is possible: 1 for the true one, so that a change never leaves a stale series. */
export const oneOf = (
  words: readonly string[],
  actual: string,
  labels: Readonly<Record<string, string>>,
  label: string,
): readonly Sample[] =>
  words.map((word) => ({ labels: { ...labels, [label]: word }, value: word === actual ? 1 : 0 }))
