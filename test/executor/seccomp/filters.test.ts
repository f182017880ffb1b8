import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SystemCallRules } from '../../../src/executor/confinement.ts'
import { callNumbers } from '../../../src/executor/seccomp/call-numbers.ts'
import { filtersOf } from '../../../src/executor/seccomp/filters.ts'
import { encodeFilter } from '../../../src/executor/seccomp/program.ts'
import { runFilter } from './run-filter.ts'

const numbers = callNumbers('x64')!
const call = (name: string): number => numbers.get(name)!
const none: SystemCallRules = {
  denial: 'kill',
  deniedNamespaces: 0,
  deniesWriteExecute: false,
  deniesRealtime: false,
  deniesSetuidFiles: false,
  locksPersonality: false,
  deniedCalls: [],
  isNativeOnly: false,
}
const native = 0xc000003e

/** What the kernel does with all filters of a unit: the strictest answer counts. */
const answer = (
  rules: Partial<SystemCallRules>,
  number: number,
  args: readonly number[] = [],
  architecture = native,
) =>
  Math.min(
    allowed,
    ...filtersOf({ ...none, ...rules }, numbers)
      .map((program) => runFilter(encodeFilter(program, 'x64'), { number, architecture, args }))
      // KILL_PROCESS has the highest bit, which the kernel takes for a sign.
      .map((value) => (value === 0x80000000 ? killed : value)),
  )

const allowed = 0x7fff0000
const killed = -1
const failed = (errno: number): number => 0x50000 + errno

test('the numbers are those of the header where there is one', {
  skip: existsSync('/usr/include/x86_64-linux-gnu/asm/unistd_64.h') ? false : 'no header here',
}, () => {
  const header = readFileSync('/usr/include/x86_64-linux-gnu/asm/unistd_64.h', 'utf8')
  for (const [, name, number] of header.matchAll(/^#define __NR_(\w+) (\d+)$/gm))
    assert.equal(numbers.get(name!), Number(number), name)
})

test('a list of allowed calls allows these and no others', () => {
  fc.assert(
    fc.property(fc.subarray([...numbers.keys()]), fc.constantFrom(...numbers.keys()), (names, name) => {
      const filter = { isAllowList: true, names }
      assert.equal(answer({ filter, denial: 1 }, call(name)), names.includes(name) ? allowed : failed(1))
    }),
    { numRuns: 60 },
  )
})

test('a list of denied calls denies these and no others', () => {
  fc.assert(
    fc.property(fc.subarray([...numbers.keys()]), fc.constantFrom(...numbers.keys()), (names, name) => {
      const filter = { isAllowList: false, names }
      assert.equal(answer({ filter }, call(name)), names.includes(name) ? killed : allowed)
    }),
    { numRuns: 60 },
  )
})

const rows: readonly (readonly [string, Partial<SystemCallRules>, string, readonly number[], number])[] = [
  ['an answer of its own', { filter: { isAllowList: false, names: ['mkdir:13'] } }, 'mkdir', [], failed(13)],
  [
    'only these families',
    { addressFamilies: { isAllowList: true, numbers: [1, 2] } },
    'socket',
    [10],
    failed(97),
  ],
  ['one of them', { addressFamilies: { isAllowList: true, numbers: [1, 2] } }, 'socket', [2], allowed],
  ['no family at all', { addressFamilies: { isAllowList: true, numbers: [] } }, 'socket', [1], failed(97)],
  [
    'not these families',
    { addressFamilies: { isAllowList: false, numbers: [17] } },
    'socket',
    [17],
    failed(97),
  ],
  ['others', { addressFamilies: { isAllowList: false, numbers: [17] } }, 'socket', [1], allowed],
  ['a namespace that is denied', { deniedNamespaces: 0x10000000 }, 'unshare', [0x10020000], failed(1)],
  ['one that is not', { deniedNamespaces: 0x10000000 }, 'clone', [0x20000], allowed],
  ['any namespace', { deniedNamespaces: 0x10000000 }, 'setns', [3, 0], failed(1)],
  ['clone3', { deniedNamespaces: 0x10000000 }, 'clone3', [], failed(38)],
  ['memory to write and execute', { deniesWriteExecute: true }, 'mmap', [0, 0, 7], failed(1)],
  ['memory to execute', { deniesWriteExecute: true }, 'mmap', [0, 0, 5], allowed],
  ['memory made executable', { deniesWriteExecute: true }, 'mprotect', [0, 0, 4], failed(1)],
  ['real time', { deniesRealtime: true }, 'sched_setscheduler', [0, 1], failed(1)],
  ['batch', { deniesRealtime: true }, 'sched_setscheduler', [0, 3], allowed],
  ['a set-uid file', { deniesSetuidFiles: true }, 'fchmod', [0, 0o4755], failed(1)],
  ['an ordinary file', { deniesSetuidFiles: true }, 'fchmod', [0, 0o755], allowed],
  ['opening a set-gid file anew', { deniesSetuidFiles: true }, 'openat', [0, 0, 0o100, 0o2755], failed(1)],
  ['opening one that is there', { deniesSetuidFiles: true }, 'openat', [0, 0, 0, 0o2755], allowed],
  ['another personality', { locksPersonality: true }, 'personality', [8], failed(1)],
  ['asking for the personality', { locksPersonality: true }, 'personality', [0xffffffff], allowed],
  ['the clock', { deniedCalls: [['settimeofday']] }, 'settimeofday', [], failed(1)],
]

for (const [title, rules, name, args, expected] of rows)
  test(`${title}: ${name}`, () => assert.equal(answer(rules, call(name), args), expected))

test('calls of other architectures, and x32, are none where there are rules, and end the process where only native ones may be', () => {
  const x86 = 0x40000003
  const filter = { isAllowList: false, names: ['mkdir'] }
  assert.equal(answer({ filter }, 39, [], x86), failed(38))
  assert.equal(answer({ filter }, 0x40000000 + 39), failed(38))
  assert.equal(answer({ isNativeOnly: true }, 39, [], x86), killed)
  assert.equal(answer({ isNativeOnly: true }, 39), allowed)
})

test('a call that is newer than the list is no call at all', () => {
  assert.equal(answer({ filter: { isAllowList: true, names: ['read'] } }, 5000), failed(38))
  assert.equal(answer({ filter: { isAllowList: false, names: ['read'] } }, 5000), allowed)
})
