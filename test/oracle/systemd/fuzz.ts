/**
 * Unit files that nobody wrote, loaded by the real systemd and by gitproc: properties, written dependencies and load states
 * must be the same. `npm run fuzz:units [-- UNITS [SEED [random | family | mixed | real]]]`: of random directives and values;
 * of several files and links each; of lines that stand in this host's unit files; or those files themselves.
 */
import type { HostFacts } from '../../../src/units/host-facts.ts'
import { oracleHost } from '../host.ts'
import { Random } from '../random-calendar.ts'
import { askSystemd, type GuestFacts, whyNot } from './boot.ts'
import { differences, type UnitCase } from './compare-unit.ts'
import { familyUnit } from './random-family.ts'
import { randomUnit } from './random-unit.ts'
import { mixedUnit, realFiles, realLines, realUnits } from './real-units.ts'

const main = async (count: number, seed: number, kind: string): Promise<number> => {
  const skipped = whyNot()
  if (skipped !== undefined) {
    console.log(`units: skipped, ${skipped}`)
    return 0
  }
  const units = unitsOf(kind, count, new Random(seed))
  const files = new Map(units.flatMap((unit) => unit.files))
  const links = new Map(units.flatMap((unit) => unit.links ?? []))
  const answers = await askSystemd({ files, links, units: units.map(({ name }) => name) })
  const host = hostOf(answers.facts)
  let differing = 0
  for (const unit of units) {
    const why = differences(unit, answers.properties[unit.name] ?? {}, host)
    if (why.length === 0) continue
    differing += 1
    const said = answers.log.flatMap((line) =>
      line.includes(unit.name.split(/[@.]/)[0]!) ? [`  (${line.replace(/^.*system\//, '')})\n`] : [],
    )
    console.log(`${shownFiles(unit)}${why.map((each) => `  ${each}\n`).join('')}${said.join('')}`)
  }
  console.log(`seed ${seed}: ${units.length} units, ${differing} differ`)
  return differing > 0 ? 1 : 0
}

const shownFiles = ({ name, files, links = [] }: UnitCase): string =>
  [
    `=== ${name}\n`,
    ...files.map(([path, text]) => `--- ${path}\n${text.slice(0, longestShown)}`),
    ...links.map(([path, target]) => `--- ${path} -> ${target}\n`),
  ].join('')

const longestShown = 2000

const unitsOf = (kind: string, count: number, random: Random): readonly UnitCase[] => {
  if (kind === 'real') return sample(realUnits(realFiles()), count, random)
  const lines = kind === 'mixed' ? realLines(realFiles()) : undefined
  const make = kind === 'family' ? familyUnit : randomUnit
  return Array.from({ length: count }, (_, number) =>
    lines === undefined ? make(random, number) : mixedUnit(random, number, lines),
  )
}

/** So many of them, in the order they come. */
const sample = (units: readonly UnitCase[], count: number, random: Random): readonly UnitCase[] =>
  units.filter(() => random.chance(count / units.length))

const hostOf = (facts: GuestFacts): HostFacts => ({ ...oracleHost, ...facts })

const [count, seed, kind = 'random'] = process.argv.slice(2)
process.exitCode = await main(Number(count ?? 300), Number(seed ?? Math.floor(Math.random() * 1e9)), kind)
