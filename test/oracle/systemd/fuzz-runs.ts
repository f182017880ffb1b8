/**
 * Random services, really run by systemd: `npm run fuzz:runs [-- SERVICES [SEED]]`. Each process must have been given what
 * gitproc would give it: arguments and environment.
 */
import { loadUnit } from '../../../src/units/load.ts'
import { compareRuns } from '../cmdline.ts'
import { oracleHost } from '../host.ts'
import { Random } from '../random-calendar.ts'
import { askSystemd, dumperPath, whyNot } from './boot.ts'
import { type RandomService, randomService } from './random-command.ts'
import { treeOf } from './unit-tree.ts'

const main = async (count: number, seed: number): Promise<number> => {
  const skipped = whyNot()
  if (skipped !== undefined) {
    console.log(`runs: skipped, ${skipped}`)
    return 0
  }
  const random = new Random(seed)
  const services = Array.from({ length: count }, (_, number) => randomService(random, number, dumperPath))
  const units = services.map(({ name }) => name)
  const answers = await askSystemd({
    files: new Map(services.flatMap(({ files }) => files)),
    extraFiles: new Map(services.flatMap(({ extraFiles }) => Object.entries(extraFiles))),
    units: [],
    start: units,
  })
  const host = { ...oracleHost, ...answers.facts }
  let [differing, runs] = [0, 0]
  for (const service of services) {
    const wanted = answers.runs[service.name] ?? []
    runs += wanted.length
    const unit = loadUnit(service.name, treeOf(service.files), host)!
    const why = compareRuns(unit, wanted, service.extraFiles).filter((each) => each !== undefined)
    if (wanted.length === 0 && mustRun(service, unit.loadState)) why.push('systemd ran nothing')
    if (why.length === 0) continue
    differing += 1
    console.log(
      [
        ...service.files.map(([, text]) => text),
        ...Object.values(service.extraFiles).map((text) => JSON.stringify(text)),
        ...why,
      ].join('\n'),
    )
  }
  console.log(`seed ${seed}: ${count} services, ${runs} processes, ${differing} differ`)
  return differing > 0 ? 1 : 0
}

/** Nothing but the command line could keep it from running. */
const mustRun = ({ files, extraFiles }: RandomService, loadState: string): boolean =>
  loadState === 'loaded' &&
  Object.keys(extraFiles).length === 0 &&
  !/Exec.*=.*[;@]|User=|Directory=/.test(files[0]![1])

const [count = 300, seed = Math.floor(Math.random() * 1e9)] = process.argv.slice(2).map(Number)
process.exitCode = await main(count, seed)
