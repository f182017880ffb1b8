/**
 * Random time spans, asked of gitproc and of the `systemd-analyze` of this machine: whether they are valid, how long they
 * are, and how they are printed. `npm run fuzz:timespan [-- SPANS [SEED]]`.
 */
import { spawnSync } from 'node:child_process'
import { reportTimeSpan } from '../../src/units/time-span/report.ts'
import { Random } from './random-calendar.ts'

const main = (count: number, seed: number): number => {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
    console.log('time spans: skipped, there is no systemd-analyze here')
    return 0
  }
  const random = new Random(seed)
  let [differing, valid] = [0, 0]
  for (let left = count; left > 0; left--) {
    const text = randomSpan(random)
    const [wanted, got] = [askSystemd(text), ask(text)]
    if (wanted !== 'invalid') valid += 1
    if (wanted === got) continue
    differing += 1
    console.log(`${JSON.stringify(text)}\n  systemd ${wanted}\n  gitproc ${got}`)
  }
  console.log(`seed ${seed}: ${count} time spans, ${valid} valid, ${differing} differ`)
  return differing > 0 ? 1 : 0
}

const ask = (text: string): string => {
  const { verdict, usec = '', human = '' } = reportTimeSpan(text)
  return verdict === 'valid' ? `${usec} ${human}` : 'invalid'
}

const askSystemd = (text: string): string => {
  const { status, stdout } = spawnSync('systemd-analyze', ['timespan', '--', text], { encoding: 'utf8' })
  if (status !== 0) return 'invalid'
  const usec = /μs: (.*)/.exec(stdout)?.[1] ?? ''
  const human = /Human: (.*)/.exec(stdout)?.[1] ?? ''
  return `${/^18446744073709551615$/.test(usec) ? 'infinity' : usec} ${human}`
}

const randomSpan = (random: Random): string => {
  const terms = Array.from({ length: random.pick([1, 1, 1, 2, 2, 3]) }, () => randomTerm(random))
  const text = terms.join(random.pick(['', ' ', ' ', '  ', '\t']))
  return random.chance(0.15) ? broken(random, text) : text
}

const randomTerm = (random: Random): string => {
  const whole = random.pick([
    () => String(random.between(0, 99)),
    () => String(random.between(0, 99)),
    () => String(random.between(0, 1e9)),
    () => String(random.between(1, 9)).padEnd(random.between(1, 21), '0'),
    () => '',
    () => `0${random.between(0, 9)}`,
  ])()
  const fraction = random.chance(0.3)
    ? `.${String(random.between(0, 1e9)).slice(0, random.between(0, 9))}`
    : ''
  return `${whole}${fraction}${random.pick(['', '', ' '])}${random.pick(units)}`
}

const units = [
  '',
  ...(
    'us usec µs μs ms msec s sec second seconds m min minute minutes h hr hour hours d day days w week weeks M month months ' +
    'y year years hrs ns nsec infinity S H Sec mon mins secs usecs'
  ).split(' '),
]

const broken = (random: Random, text: string): string => {
  const at = random.between(0, text.length)
  const added = random.pick([...'+-.,xeE0 µ:', '', '\u00a0', '\v', '\n', '1e3', '..', 'infinity'])
  return text.slice(0, at) + added + text.slice(at + random.between(0, 1))
}

const [count = 300, seed = Math.floor(Math.random() * 1e9)] = process.argv.slice(2).map(Number)
process.exitCode = main(count, seed)
