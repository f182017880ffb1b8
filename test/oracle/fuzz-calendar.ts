/**
 * Random calendar events, asked of gitproc and of the `systemd-analyze` of this machine.
 * `npm run fuzz:calendar [-- ROUNDS [SEED]]`; each round is one zone, one base time and 40 expressions.
 */
import { spawnSync } from 'node:child_process'
import { formatCalendar } from '../../src/units/calendar/format.ts'
import { nextElapse } from '../../src/units/calendar/next-elapse.ts'
import { parseCalendar } from '../../src/units/calendar/parse.ts'
import { TimeZones } from '../../src/units/calendar/time-zone.ts'
import { Random, randomCalendar } from './random-calendar.ts'

/** None of those whose winter or Ramadan time is the saving one (Dublin, Casablanca): there systemd itself goes astray. */
const zones =
  'UTC Europe/Berlin America/New_York Australia/Lord_Howe America/St_Johns Pacific/Apia Asia/Kathmandu ' +
  'America/Santiago Africa/Cairo Pacific/Chatham Asia/Tehran America/Havana Pacific/Kiritimati Asia/Beirut ' +
  'America/Nuuk Antarctica/Troll Asia/Kolkata'

const rounds = Number(process.argv[2] ?? 50)
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 1e9))
const iterations = 4

const main = (): void => {
  const random = new Random(seed)
  const counts = { compared: 0, valid: 0, excused: 0, differing: 0 }
  for (let round = 0; round < rounds; round++) {
    const zone = random.pick(zones.split(' '))
    const baseSeconds = nearTransition(random, zone)
    const expressions = Array.from({ length: 40 }, () => randomCalendar(random))
    const wanted = askSystemd(expressions, zone, baseSeconds)
    for (const [at, expression] of expressions.entries()) {
      const got = ask(expression, zone, baseSeconds)
      counts.compared += 1
      counts.valid += got === 'invalid' ? 0 : 1
      const answer = wanted[at]!
      if (got === answer) continue
      if (answer === gaveUp || hasLost(answer, got)) {
        counts.excused += 1
        continue
      }
      counts.differing += 1
      console.log(
        `${zone} ${isoSeconds(baseSeconds)} ${JSON.stringify(expression)}\n  systemd ${answer}\n  gitproc ${got}`,
      )
    }
  }
  console.log(
    `seed ${seed}: ${counts.compared} expressions, ${counts.valid} valid, ${counts.differing} differ; systemd gave up or lost one in ${counts.excused}`,
  )
  process.exitCode = counts.differing > 0 ? 1 : 0
}

/** A time within two days of one at which the zone changes its clocks, where it does; else any. */
const nearTransition = (random: Random, name: string): number => {
  const zone = new TimeZones(name).local
  const start = Date.UTC(random.between(2022, 2035), random.between(0, 11)) / 1000
  if (random.chance(0.2)) return start + random.between(0, 86_400 * 30)
  for (let day = 0; day < 366; day++) {
    const at = start + day * 86_400
    if (zone.offsetAt(at) !== zone.offsetAt(at + 86_400)) return at + random.between(-86_400, 2 * 86_400)
  }
  return start + random.between(0, 86_400 * 30)
}

const ask = (expression: string, zone: string, baseSeconds: number): string => {
  const calendar = parseCalendar(expression)
  if (!calendar.ok) return 'invalid'
  const known = new TimeZones(zone)
  const elapses: string[] = []
  let at: number | undefined = baseSeconds * 1e6
  while (elapses.length < iterations) {
    at = nextElapse(calendar.value, at, known)
    if (at === undefined) break
    elapses.push(isoSeconds(Math.floor(at / 1e6)))
  }
  return [formatCalendar(calendar.value), ...(elapses.length === 0 ? ['never'] : elapses)].join(' | ')
}

const askSystemd = (expressions: readonly string[], zone: string, baseSeconds: number): string[] => {
  const base = `${isoSeconds(baseSeconds).replace('T', ' ').replace('Z', '')} UTC`
  const args = ['calendar', `--iterations=${iterations}`, `--base-time=${base}`, '--', ...expressions]
  const run = spawnSync('systemd-analyze', args, { env: { ...process.env, TZ: zone }, encoding: 'utf8' })
  if (run.error !== undefined) throw run.error
  const complaints = run.stderr
    .split('\n')
    .flatMap((line) => /^Failed to (?:parse|determine).*/.exec(line)?.[0] ?? [])
  const blocks = run.stdout.split('Normalized form: ').slice(1)
  return expressions.map((expression) => {
    const complaint = complaints[0]
    if (!complaint?.includes(` '${expression}': `)) return describe(blocks.shift())
    complaints.shift()
    return complaint.includes('next elapse') ? gaveUp : 'invalid'
  })
}

/**
 * On days on which clocks change systemd sometimes gives up, or loses an elapse (`src/units/calendar/next-elapse.ts`
 * says why). That excuses a difference: the timers of systemd that agree with us on every elapse they do have.
 */
const gaveUp = 'gave up'

const hasLost = (systemd: string, gitproc: string): boolean => {
  const [[normal, ...theirs], [ourNormal, ...ours]] = [systemd.split(' | '), gitproc.split(' | ')] as const
  const until = ours.at(-1) ?? ''
  return (
    normal === ourNormal &&
    ours.length === iterations &&
    theirs.every((at) => ours.includes(at) || at > until)
  )
}

const describe = (block = ''): string => {
  const [normal, ...lines] = block.split('\n')
  const elapses = lines
    .filter((line, at) => /Next elapse|Iter\. #/.test(line) && !lines[at + 1]?.includes('(in UTC)'))
    .concat(lines.filter((line) => line.includes('(in UTC)')))
    .map((line) => /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)|never/.exec(line))
    .flatMap((match) => (match === null ? [] : [match[0] === 'never' ? 'never' : `${match[1]}T${match[2]}Z`]))
  return [normal, ...elapses].join(' | ')
}

const isoSeconds = (epochSeconds: number): string =>
  new Date(epochSeconds * 1000).toISOString().replace('.000Z', 'Z')

main()
