import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostFacts } from '../../src/units/host-facts.ts'
import { parseUnitName } from '../../src/units/name.ts'
import { type Expanded, expandSpecifiers } from '../../src/units/specifiers.ts'
import { someHost } from '../support/trees.ts'

const expand = (text: string, name: string, host: HostFacts = someHost): Expanded =>
  expandSpecifiers(text, { name, parts: parseUnitName(name)!, fragment: 'web@.service', host })

test('the name of a unit and its parts', () => {
  assert.deepEqual(expand('%n|%N|%p|%P|%i|%I|%j|%J|%f', 'a-b@x-y\\x20z.service'), {
    text: 'a-b@x-y\\x20z.service|a-b@x-y\\x20z|a-b|a/b|x-y\\x20z|x/y z|b|b|/x/y z',
  })
  assert.deepEqual(expand('%p|%i|%f', 'web.service'), { text: 'web||/web' })
})

test('folders, user and host', () => {
  assert.deepEqual(expand('%t %S %C %L %E %T %V %d', 'web.service'), {
    text: '/run /var/lib /var/cache /var/log /etc /tmp /var/tmp /run/credentials/web.service',
  })
  assert.deepEqual(expand('%u %U %g %G %h %s', 'web.service'), { text: 'root 0 root 0 /root /bin/sh' })
  assert.deepEqual(expand('%H %l %q %a %v %o %w %W', 'web.service'), {
    text: 'host.example host host x86-64 6.1.0-test debian 12 ',
  })
})

test('a percent sign that begins no specifier stays', () => {
  assert.deepEqual(expand('100% %% %- %', 'web.service'), { text: '100% % %- %' })
})

test('an unknown specifier is a problem', () => {
  assert.deepEqual(expand('a %z', 'web.service'), { problem: 'there is no %z' })
})

test('the file of a unit has a path only where the folder has one', () => {
  assert.ok('problem' in expand('%y', 'web@a.service'))
  const host = { ...someHost, unitDirectory: '/srv/units', cgroupRoot: '/gitproc' }
  assert.deepEqual(expand('%y %Y %c', 'web@a.service', host), {
    text: '/srv/units/web@.service /srv/units /gitproc/web@a.service',
  })
})

test('a name whose escapes are broken has no unescaped form', () => {
  assert.ok('problem' in expand('%I', 'web@a\\b.service'))
  assert.ok('problem' in expand('%f', 'web@-a.service'))
})
