import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nextTimer, type TimerEvent } from '../../src/lifecycle/timer.ts'
import { timerPolicyOf } from '../../src/lifecycle/timer-policy-of.ts'
import {
  initialTimerState,
  type TimerPolicy,
  type TimerSetting,
  type TimerState,
} from '../../src/lifecycle/timer-state.ts'
import { TimeZones } from '../../src/units/calendar/time-zone.ts'
import { loadUnits } from '../../src/units/load.ts'
import { someHost, treeOf } from '../support/trees.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** One timer on a model of a host: a clock that can be set, and a unit that runs for as long as a test says. */
class Model {
  state: TimerState
  now: number
  /** When the unit was started, as the clock showed. */
  readonly starts: string[] = []
  daemonStartedAtMs: number
  readonly #policy: TimerPolicy
  readonly #zones: TimeZones
  random = 0.5

  constructor(lines: string, at: string, zone = 'UTC') {
    this.now = Date.parse(at)
    this.daemonStartedAtMs = this.now
    this.state = initialTimerState(this.now, this.now)
    this.#zones = new TimeZones(zone)
    const { units } = loadUnits(treeOf({ 'job.timer': `[Timer]\n${lines}\n` }), someHost)
    this.#policy = timerPolicyOf(units.get('job.timer')!, 'machine')
  }

  feed(event: TimerEvent): void {
    const { state, effects } = nextTimer(this.state, event, this.#setting())
    this.state = JSON.parse(JSON.stringify(state)) as TimerState
    if (effects.includes('activate')) this.starts.push(new Date(this.now).toISOString().slice(0, 19))
  }

  start(): this {
    this.feed({ kind: 'start', reason: 'new' })
    return this
  }

  /** Lets time pass; each run of the unit takes so long. */
  advance(ms: number, runMs = second): void {
    const end = this.now + ms
    for (;;) {
      const due = this.state.state === 'running' ? this.now + runMs : this.#due()
      if (due === undefined || due > end) break
      this.now = Math.max(this.now, due)
      if (this.state.state === 'running') this.ended()
      else this.feed({ kind: 'rang' })
      if (this.state.state === 'running')
        this.feed({ kind: 'unit-changed', activeState: 'active', atMs: this.now })
    }
    this.now = end
  }

  ended(): void {
    this.feed({ kind: 'unit-changed', activeState: 'inactive', atMs: this.now })
  }

  #due(): number | undefined {
    const times = [this.state.next.wallMs, this.state.next.monotonicMs].filter((time) => time !== undefined)
    return times.length === 0 ? undefined : Math.min(...times)
  }

  #setting(): TimerSetting {
    return {
      policy: this.#policy,
      now: this.now,
      zones: this.#zones,
      bootedAtMs: Date.parse('2026-01-01T00:00:00Z'),
      daemonStartedAtMs: this.daemonStartedAtMs,
      random: this.random,
    }
  }
}

test('a daily timer elapses once each day', () => {
  const model = new Model('OnCalendar=02:00', '2026-01-10T12:00:00Z').start()
  model.advance(3 * day)
  assert.deepEqual(model.starts, ['2026-01-11T02:00:00', '2026-01-12T02:00:00', '2026-01-13T02:00:00'])
})

test('a calendar timer follows the clocks of its zone over both changes of the year', () => {
  const spring = new Model('OnCalendar=02:30', '2026-03-27T12:00:00Z', 'Europe/Berlin').start()
  spring.advance(4 * day)
  assert.deepEqual(spring.starts, [
    '2026-03-28T01:30:00',
    // 02:30 is not on the 29th, and a moment that never comes is left out, as by systemd.
    '2026-03-30T00:30:00',
    '2026-03-31T00:30:00',
  ])
  const autumn = new Model('OnCalendar=02:30', '2026-10-24T12:00:00Z', 'Europe/Berlin').start()
  autumn.advance(2 * day)
  assert.deepEqual(autumn.starts.length, 2, 'once on the day on which 02:30 comes twice')
})

test('OnCron= and OnCalendar= of one timer: whichever comes first', () => {
  const model = new Model('OnCron=0 3 * * *\nOnCalendar=02:00', '2026-01-10T12:00:00Z').start()
  model.advance(day)
  assert.deepEqual(model.starts, ['2026-01-11T02:00:00', '2026-01-11T03:00:00'])
})

test('Persistent= after a week of downtime starts the unit once, at once', () => {
  const model = new Model('OnCalendar=daily\nPersistent=yes', '2026-01-10T12:00:00Z').start()
  model.advance(day)
  assert.equal(model.starts.length, 1)
  model.now += 7 * day
  model.daemonStartedAtMs = model.now
  model.state = { ...initialTimerState(model.now, model.now), lastTriggerMs: model.state.lastTriggerMs }
  model.start()
  model.ended()
  assert.deepEqual(model.starts.slice(1), ['2026-01-18T12:00:00'])
  model.advance(hour)
  assert.equal(model.starts.length, 2)
})

test('without Persistent= what was missed while the timer was off is missed', () => {
  const model = new Model('OnCalendar=daily', '2026-01-10T12:00:00Z').start()
  model.advance(day)
  model.feed({ kind: 'stop', reason: 'by root' })
  model.now += 7 * day
  model.start()
  assert.equal(model.starts.length, 1)
  assert.equal(new Date(model.state.next.wallMs!).toISOString(), '2026-01-19T00:00:00.000Z')
})

test('an elapse during a death of the daemon is made up for, once', () => {
  const model = new Model('OnCalendar=minutely', '2026-01-10T12:00:30Z').start()
  model.now += 10 * minute
  model.daemonStartedAtMs = model.now
  model.feed({ kind: 'refresh' })
  model.ended()
  assert.deepEqual(model.starts, ['2026-01-10T12:10:30'])
  model.advance(minute)
  assert.deepEqual(model.starts.slice(1), ['2026-01-10T12:11:00'])
})

test('a clock that is stepped back does not elapse twice', () => {
  const model = new Model('OnCalendar=02:00', '2026-01-10T12:00:00Z').start()
  model.advance(14 * hour + 5 * minute)
  assert.equal(model.starts.length, 1)
  model.now -= hour
  model.feed({ kind: 'rang' })
  model.advance(2 * hour)
  assert.equal(model.starts.length, 1)
  model.advance(day)
  assert.equal(model.starts.length, 2)
})

test('a clock that was years ahead is believed once it is right', () => {
  const model = new Model('OnCalendar=02:00', '2036-01-10T12:00:00Z').start()
  model.advance(day)
  model.now = Date.parse('2026-01-10T12:00:00Z')
  model.feed({ kind: 'rang' })
  model.advance(day)
  assert.equal(model.starts.at(-1), '2026-01-11T02:00:00')
})

test('an alarm that rings early starts nothing', () => {
  const model = new Model('OnCalendar=02:00', '2026-01-10T12:00:00Z').start()
  model.now -= hour
  model.feed({ kind: 'rang' })
  assert.equal(model.state.state, 'waiting')
  assert.deepEqual(model.starts, [])
})

test('OnUnitActiveSec= counts from the last activation, not from its end', () => {
  const model = new Model('OnActiveSec=10s\nOnUnitActiveSec=1min', '2026-01-10T12:00:00Z').start()
  model.advance(3 * minute, 20 * second)
  assert.deepEqual(model.starts, ['2026-01-10T12:00:10', '2026-01-10T12:01:10', '2026-01-10T12:02:10'])
})

test('OnUnitInactiveSec= counts from the end of the last run', () => {
  const model = new Model('OnActiveSec=0\nOnUnitInactiveSec=1min', '2026-01-10T12:00:00Z').start()
  model.feed({ kind: 'unit-changed', activeState: 'active', atMs: model.now })
  model.advance(3 * minute, 20 * second)
  assert.deepEqual(model.starts, ['2026-01-10T12:00:00', '2026-01-10T12:01:20', '2026-01-10T12:02:40'])
})

test('a start by hand moves the next OnUnitActiveSec= on', () => {
  const model = new Model('OnUnitActiveSec=1min', '2026-01-10T12:00:00Z').start()
  assert.equal(model.state.state, 'elapsed')
  model.feed({ kind: 'unit-changed', activeState: 'activating', atMs: model.now })
  model.ended()
  assert.equal(model.state.next.monotonicMs, model.now + minute)
})

test('OnBootSec= that is over already elapses at once, and only once', () => {
  const model = new Model('OnBootSec=5min', '2026-01-10T12:00:00Z').start()
  model.ended()
  assert.equal(model.starts.length, 1)
  assert.equal(model.state.state, 'elapsed')
})

test('RemainAfterElapse=no lets a timer that is done go', () => {
  const model = new Model('OnActiveSec=5min\nRemainAfterElapse=no', '2026-01-10T12:00:00Z').start()
  model.advance(hour)
  assert.equal(model.state.state, 'dead')
  assert.equal(model.starts.length, 1)
})

test('a service that runs longer than the interval is not started beside itself, but right after', () => {
  const model = new Model('OnCalendar=minutely', '2026-01-10T12:00:30Z').start()
  model.advance(5 * minute, 90 * second)
  assert.deepEqual(model.starts, [
    '2026-01-10T12:01:00',
    '2026-01-10T12:02:30',
    '2026-01-10T12:04:00',
    '2026-01-10T12:05:30',
  ])
})

test('DeferReactivation= waits for the next elapse after the run', () => {
  const model = new Model('OnCalendar=minutely\nDeferReactivation=yes', '2026-01-10T12:00:30Z').start()
  model.advance(5 * minute, 90 * second)
  assert.deepEqual(model.starts, ['2026-01-10T12:01:00', '2026-01-10T12:03:00', '2026-01-10T12:05:00'])
})

test('RandomizedDelaySec= delays by a part of it, FixedRandomDelay= always by the same', () => {
  const drawn = new Model('OnCalendar=02:00\nRandomizedDelaySec=1h', '2026-01-10T12:00:00Z').start()
  drawn.random = 0.25
  drawn.advance(2 * day)
  assert.deepEqual(drawn.starts, ['2026-01-11T02:30:00', '2026-01-12T02:15:00'])
  const fixed = new Model(
    'OnCalendar=02:00\nRandomizedDelaySec=1h\nFixedRandomDelay=yes',
    '2026-01-10T12:00:00Z',
  ).start()
  fixed.random = 0.9
  fixed.advance(2 * day)
  const [first = '', then = ''] = fixed.starts.map((time) => time.slice(10))
  assert.equal(first, then)
})

test('a unit that can not be started is tried at the next elapse, never in a circle', () => {
  const model = new Model('OnActiveSec=0\nOnUnitInactiveSec=0', '2026-01-10T12:00:00Z').start()
  model.feed({ kind: 'not-started', why: 'job is held' })
  assert.equal(model.state.state, 'waiting')
  assert.equal(model.state.next.monotonicMs, model.now + second)
})

test('whatever happens, a calendar timer starts its unit at most once for each moment of the calendar', () => {
  const event = fc.oneof(
    fc.integer({ min: 0, max: 2 * hour }).map((ms) => ({ kind: 'advance', ms }) as const),
    fc.integer({ min: -hour, max: hour }).map((ms) => ({ kind: 'step', ms }) as const),
    fc.constant({ kind: 'daemon', ms: 0 } as const),
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const model = new Model('OnCalendar=hourly', '2026-01-10T12:30:00Z').start()
      let moments = 0
      let latest = model.now
      for (const { kind, ms } of events) {
        if (kind === 'advance') model.advance(ms)
        if (kind === 'step') model.now += ms
        if (kind === 'daemon') model.daemonStartedAtMs = model.now
        model.feed({ kind: kind === 'daemon' ? 'refresh' : 'rang' })
        if (model.state.state === 'running') model.ended()
        moments += Math.max(0, Math.floor(model.now / hour) - Math.floor(latest / hour))
        latest = Math.max(latest, model.now)
      }
      assert.ok(model.starts.length <= moments, `${model.starts.length} starts for ${moments} moments`)
    }),
  )
})
