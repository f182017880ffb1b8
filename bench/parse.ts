/** Parse, graph and plan of many units: cold, and with one file changed. No process, no git. */

import { derive } from '../src/plan/derivation.ts'
import { desiredBy, desiredState } from '../src/plan/desired-state.ts'
import { diff } from '../src/plan/diff.ts'
import { appliedStateOf, revisionOf } from '../test/support/desired.ts'
import { someHost, treeOf } from '../test/support/trees.ts'
import { type Measurement, median, timed } from './measure.ts'

const unitText = (index: number, variant = ''): string => `[Unit]
Description=Service number ${index}
After=network.target ${index > 0 ? `svc${index - 1}.service` : ''}

[Service]
Type=simple
User=daemon
Environment=PORT=${8000 + index} "NAME=number ${index}"${variant}
ExecStartPre=/bin/mkdir -p /tmp/data-%n
ExecStart=/usr/bin/python3 -m http.server $PORT --directory /srv/%N
Restart=on-failure
RestartSec=2s
MemoryMax=256M
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
`

const surroundings = { host: someHost, folderPath: '/repo' }

export const measureParsing = async (count = 1000, runs = 7): Promise<readonly Measurement[]> => {
  const files = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`svc${index}.service`, unitText(index)]),
  )
  const tree = treeOf(files)
  const cold: number[] = []
  const warm: number[] = []
  for (let run = 0; run < runs; run++) {
    const first = derive(tree, surroundings)
    cold.push(
      await timed(() => diff(new Map(), desiredState(revisionOf('a'), tree, surroundings), undefined)),
    )
    const actual = appliedStateOf(desiredBy(revisionOf('a'), first))
    const changed = new Map(tree)
    changed.set('svc500.service', treeOf({ x: unitText(500, ` RUN=${run}`) }).get('x')!)
    warm.push(
      await timed(() =>
        diff(actual, desiredBy(revisionOf('b'), derive(changed, surroundings, first)), undefined),
      ),
    )
  }
  return [
    {
      what: `parse + graph + plan, ${count} units, cold`,
      value: median(cold),
      unit: 'ms',
      ...(count === 1000 ? { budget: 200 } : {}),
      note: `first run ${cold[0]?.toFixed(0)} ms`,
    },
    {
      what: `parse + graph + plan, ${count} units, one changed`,
      value: median(warm),
      unit: 'ms',
      ...(count === 1000 ? { budget: 20 } : {}),
    },
  ]
}
