/** The kernel that the other tests of this folder count on. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

test('this kernel has a cgroup v2 with cpu, io, memory and pids', () => {
  const controllers = readFileSync('/sys/fs/cgroup/cgroup.controllers', 'utf8').trim().split(' ')
  for (const name of ['cpu', 'io', 'memory', 'pids']) assert.ok(controllers.includes(name), name)
})
