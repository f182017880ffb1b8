import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { MountRule } from '../../src/executor/confinement.ts'
import { type MountStep, planMounts, type ResolvedRule } from '../../src/executor/mount-plan.ts'

const place = (path: string) => ({
  path,
  inRoot: true,
  isOptional: false,
  directive: 'X=',
  isThere: true,
  isDirectory: true,
})
type Access = Extract<MountRule, { kind: 'access' }>['access']
const access = (path: string, kind: Access): ResolvedRule => ({
  kind: 'access',
  path: place(path),
  access: kind,
})
const exec = (path: string, isAllowed: boolean): ResolvedRule => ({
  kind: 'exec',
  path: place(path),
  isAllowed,
})
const bind = (source: string, path: string, isReadOnly = false): ResolvedRule => ({
  kind: 'bind',
  source,
  path: place(path),
  isReadOnly,
  isRecursive: true,
})
const tmpfs = (path: string, isReadOnly = false): ResolvedRule => ({
  kind: 'tmpfs',
  path: place(path),
  options: '',
  isReadOnly,
  isNoExec: false,
})
const voids = { file: '/void/file', directory: '/void/directory' }
const plan = (...rules: readonly ResolvedRule[]): readonly MountStep[] => planMounts(rules, voids)
const targets = (steps: readonly MountStep[]): readonly string[] =>
  steps.map(({ kind, target }) => `${kind} ${target}`)

describe('the mounts of a service', () => {
  it('are none where nothing is asked for', () => {
    assert.deepEqual(plan(), [])
    assert.deepEqual(plan(access('/var', 'read-write')), [], 'it is that already')
  })

  it('put parents before children, however they are written', () => {
    const steps = plan(access('/a/b', 'read-write'), access('/a-b', 'read-only'), access('/a', 'read-only'))
    assert.deepEqual(targets(steps), ['tree /a', 'tree /a/b', 'tree /a-b'])
  })

  it('leave out what is so already by what lies above', () => {
    assert.deepEqual(targets(plan(access('/a', 'read-only'), access('/a/b', 'read-only'))), ['tree /a'])
  })

  it('take the stricter of two rules for one path', () => {
    const [step] = plan(access('/a', 'read-write'), access('/a', 'inaccessible'), access('/a', 'read-only'))
    assert.equal(step?.kind === 'tree' && step.source, '/void/directory')
    const [bound] = plan(bind('/b', '/a'), access('/a', 'read-only'))
    assert.ok(bound?.kind === 'tree' && bound.source === '/b' && bound.attributes.isReadOnly)
  })

  it('keep apart what may be written and what may be executed', () => {
    const steps = plan(
      access('/', 'read-only'),
      exec('/', false),
      exec('/usr', true),
      access('/var', 'read-write'),
    )
    const attributes = steps.map(
      (step) => 'attributes' in step && [step.target, step.attributes.isReadOnly, step.attributes.isNoExec],
    )
    assert.deepEqual(attributes, [
      ['/', true, true],
      ['/usr', true, false],
      ['/var', false, true],
    ])
  })

  it('let nothing back that lies below an inaccessible path', () => {
    assert.deepEqual(
      targets(plan(access('/a', 'inaccessible'), bind('/b', '/a/b'), access('/a/c', 'read-write'))),
      ['tree /a'],
    )
  })

  it('seal a read-only temporary file system when all is in it', () => {
    const steps = plan(tmpfs('/var', true), bind('/x', '/var/lib/x', true))
    assert.deepEqual(targets(steps), ['new /var', 'tree /var/lib/x', 'attributes /var'])
    assert.ok(steps[0]?.kind === 'new' && !steps[0].attributes.isReadOnly)
  })

  it('make a missing place on the host before anything is read-only', () => {
    const missing = { ...bind('/x', '/new'), path: { ...place('/new'), isThere: false } } as ResolvedRule
    assert.deepEqual(targets(plan(access('/', 'read-only'), missing)), [
      'make /new',
      'attributes /',
      'tree /new',
    ])
  })

  it('do not depend on the order of the rules', () => {
    const paths = ['/', '/a', '/a/b', '/a/b/c', '/d', '/d/e']
    const rule = fc.oneof(
      fc
        .record({
          path: fc.constantFrom(...paths),
          kind: fc.constantFrom<Access>('read-only', 'read-write', 'inaccessible'),
        })
        .map(({ path, kind }) => access(path, kind)),
      fc.constantFrom(...paths).map((path) => exec(path, false)),
    )
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), (rules) => {
        assert.deepEqual(plan(...rules.toReversed()), plan(...rules))
      }),
    )
  })

  it('the helper that makes them is sound perl', () => {
    const helper = join(import.meta.dirname, '..', '..', 'src', 'executor', 'confine.pl')
    execFileSync('perl', ['-c', '-Mstrict', '-Mwarnings=FATAL,all', helper], { stdio: 'ignore' })
  })
})
