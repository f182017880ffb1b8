import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Diagnostic } from '../../src/base/diagnostic.ts'
import { loadUnit, loadUnits } from '../../src/units/load.ts'
import type { LoadedUnit } from '../../src/units/loaded-unit.ts'
import { service, someHost, treeOf } from '../support/trees.ts'

type Files = Readonly<Record<string, string>>

const load = (files: Files) => loadUnits(treeOf(files), someHost)

const names = (files: Files): readonly string[] => [...load(files).units.keys()].sort()

const one = (files: Files, name: string): LoadedUnit => loadUnit(name, treeOf(files), someHost)!

const brief = ({ position, severity, code }: Diagnostic): string =>
  `${position.file}:${position.line}:${position.column} ${severity} ${code}`

const findings = (files: Files): readonly string[] => load(files).diagnostics.map(brief)

const environment = (unit: LoadedUnit): unknown =>
  unit.service?.Environment?.map(({ name, value }) => `${name}=${value}`)

const setting = (text: string): string => `[Service]\nEnvironment=${text}\n`

test('files with the name of a unit are units, others are left alone', () => {
  assert.deepEqual(
    names({ 'web.service': service(), 'README.md': 'x', 'app.env': 'A=1', '.gitignore': '' }),
    ['web.service'],
  )
})

test('a file with an invalid name is not loaded, and said so', () => {
  assert.deepEqual(findings({ 'my web.service': service() }), ['my web.service:1:1 warning bad-name'])
})

test('a misspelt suffix is said, and other files are left alone', () => {
  assert.deepEqual(findings({ 'web.serivce': service() }), ['web.serivce:1:1 warning bad-name'])
  assert.deepEqual(findings({ 'README.md': '', 'site.conf': '', Makefile: '', 'notes.text': '' }), [])
})

test('a link to a template is an instance of it', () => {
  const files = { 'web@.service': '[Service]\nExecStart=/bin/echo %i\n', 'web@a.service': '-> web@.service' }
  assert.deepEqual(names(files), ['web@.service', 'web@a.service'])
  const unit = one(files, 'web@a.service')
  assert.deepEqual([unit.template, unit.instance, unit.fragment], ['web@.service', 'a', 'web@.service'])
  assert.deepEqual(unit.service!.ExecStart![0]!.argv, ['/bin/echo', 'a'])
})

test('an instance can be asked for by name, without a link', () => {
  const files = { 'web@.service': service() }
  assert.equal(one(files, 'web@b.service').loadState, 'loaded')
  assert.equal(one(files, 'db@b.service').loadState, 'not-found')
  assert.equal(loadUnit('web@b', treeOf(files), someHost), undefined)
})

test('an instance that another unit wants is loaded', () => {
  const files = {
    'web.service': service('', 'Wants=worker@1.service worker@2.service'),
    'worker@.service': service(),
  }
  assert.deepEqual(names(files), ['web.service', 'worker@.service', 'worker@1.service', 'worker@2.service'])
})

test('a file of its own wins over the template', () => {
  const files = { 'web@.service': service(), 'web@a.service': service() }
  assert.equal(one(files, 'web@a.service').fragment, 'web@a.service')
})

test('a link to another unit is an alias of it', () => {
  const files = {
    'postgresql.service': service(),
    'db.service': '-> postgresql.service',
    'sql.service': '-> ./db.service',
  }
  assert.deepEqual(names(files), ['postgresql.service'])
  assert.deepEqual(load(files).units.get('postgresql.service')!.aliases, ['db.service', 'sql.service'])
  assert.equal(one(files, 'sql.service').name, 'postgresql.service')
})

test('an alias of a template serves its instances', () => {
  const files = { 'web@.service': service(), 'www@.service': '-> web@.service' }
  assert.equal(one(files, 'www@a.service').name, 'web@a.service')
  assert.deepEqual(one(files, 'web@a.service').aliases, ['www@a.service'])
})

test('a link to /dev/null and an empty file mask a unit', () => {
  const files = { 'a.service': '-> /dev/null', 'b.service': '' }
  assert.equal(one(files, 'a.service').loadState, 'masked')
  assert.equal(one(files, 'b.service').loadState, 'masked')
  assert.deepEqual(findings(files), [])
})

test('a file with nothing but a comment masks nothing, it lacks ExecStart=', () => {
  assert.equal(one({ 'a.service': '# nothing\n' }, 'a.service').loadState, 'bad-setting')
})

test('a link that leads nowhere, in a circle or out of the folder is an error', () => {
  assert.deepEqual(
    findings({
      'a.service': '-> /etc/systemd/system/a.service',
      'b.service': '-> ../b.service',
      'c.service': '-> d.service',
      'd.service': '-> c.service',
      'e.service': '-> gone.service',
      'f.service': '-> g.target',
      'g.target': '[Unit]\nDescription=g\n',
    }),
    [
      'a.service:1:1 error link-outside',
      'b.service:1:1 error link-outside',
      'c.service:1:1 error link-loop',
      'd.service:1:1 error link-loop',
      'e.service:1:1 error link-dangling',
      'f.service:1:1 error bad-alias',
    ],
  )
})

test('drop-ins apply by file name, whatever folder they lie in', () => {
  const unit = one(
    {
      'web@.service': `${service()}Environment=A=base\n`,
      'web@i.service.d/10.conf': setting('A=instance B=instance'),
      'web@.service.d/20.conf': setting('A=template'),
      'service.d/05.conf': setting('A=all C=all'),
    },
    'web@i.service',
  )
  assert.deepEqual(unit.dropIns, ['service.d/05.conf', 'web@i.service.d/10.conf', 'web@.service.d/20.conf'])
  assert.deepEqual(environment(unit), ['A=template', 'C=all', 'B=instance'])
})

test('of drop-ins with one name, the most specific counts', () => {
  const files = {
    'a-b-c.service': service(),
    'a-b-c.service.d/1.conf': setting('A=own'),
    'a-b-.service.d/1.conf': setting('A=near'),
    'a-.service.d/1.conf': setting('A=far'),
    'a-b-.service.d/2.conf': setting('B=near'),
    'a-.service.d/2.conf': setting('B=far'),
    'a-.service.d/3.conf': setting('C=far'),
    'service.d/3.conf': setting('C=all'),
  }
  assert.deepEqual(one(files, 'a-b-c.service').dropIns, [
    'a-b-c.service.d/1.conf',
    'a-b-.service.d/2.conf',
    'a-.service.d/3.conf',
  ])
})

test('drop-ins of an alias apply, hidden ones and other files do not', () => {
  const files = {
    'web.service': service(),
    'www.service': '-> web.service',
    'www.service.d/a.conf': setting('A=1'),
    'web.service.d/.b.conf': setting('A=2'),
    'web.service.d/c.conf~': setting('A=3'),
    'web.service.d/d.txt': setting('A=4'),
  }
  assert.deepEqual(one(files, 'web.service').dropIns, ['www.service.d/a.conf'])
})

test('drop-ins alone make no service', () => {
  assert.equal(one({ 'web.service.d/a.conf': service() }, 'web.service').loadState, 'not-found')
})

test('links in NAME.wants/ and NAME.requires/ are dependencies', () => {
  const unit = one(
    {
      'web.service': service('', 'Wants=a.service'),
      'web.service.wants/b.service': '-> ../b.service',
      'web.service.requires/c.service': '-> ../c.service',
    },
    'web.service',
  )
  assert.deepEqual([unit.unit.Wants, unit.unit.Requires], [['a.service', 'b.service'], ['c.service']])
})

test('an empty assignment forgets the earlier ones, and where they came from', () => {
  const unit = one(
    { 'web.service': '[Service]\nExecStart=/bin/a\nExecStart=\nExecStart=/bin/b\n' },
    'web.service',
  )
  assert.deepEqual(
    unit.service!.ExecStart!.map(({ path }) => path),
    ['/bin/b'],
  )
  assert.deepEqual(
    unit.origins
      .filter(({ directive }) => directive === 'Service.ExecStart')
      .map(({ position }) => position.line),
    [4],
  )
})

test('a bad value is an error with its place and man page, and keeps the earlier value', () => {
  const files = { 'web.service': '[Service]\nExecStart=/bin/a\nRestartSec=5\nRestartSec=soon\n' }
  const [finding] = load(files).diagnostics
  assert.equal(brief(finding!), 'web.service:4:12 error bad-value')
  assert.match(finding!.message, /^RestartSec= wants a time span.*, got "soon"$/)
  assert.equal(finding!.man, 'systemd.time(7)')
  assert.equal(one(files, 'web.service').service!.RestartSec, 5_000_000)
  assert.equal(one(files, 'web.service').loadState, 'loaded')
})

test('a bad command refuses the unit', () => {
  const files = { 'web.service': '[Service]\nExecStart=bin/a\nRestartSec=soon\n' }
  assert.equal(one(files, 'web.service').loadState, 'bad-setting')
  assert.deepEqual(findings(files), ['web.service:2:11 error bad-value', 'web.service:3:12 error bad-value'])
})

test('a misspelled directive or section is warned about, with the likely name', () => {
  const { diagnostics } = load({ 'web.service': `${service()}RestartSecs=1\n[Servce]\nA=1\n[X-Mine]\nB=1\n` })
  assert.deepEqual(
    diagnostics.map(({ severity, code, suggestion }) => [severity, code, suggestion]),
    [
      ['warning', 'unknown-directive', 'RestartSec='],
      ['warning', 'unknown-section', '[Service]'],
    ],
  )
})

test('a directive in the wrong section is sent to the right one', () => {
  const [finding] = load({
    'web.service': '[Unit]\nRestartSec=1\n[Service]\nExecStart=/bin/a\nX-Other=1\n',
  }).diagnostics
  assert.equal(finding!.suggestion, '[Service] RestartSec=')
})

test('After= is understood in [Service] too, with a hint', () => {
  const files = { 'web.service': service('After=db.service') }
  assert.deepEqual(one(files, 'web.service').unit.After, ['db.service'])
  assert.deepEqual(
    load(files).diagnostics.map(({ severity }) => severity),
    ['hint'],
  )
})

const refused = (lines: string): boolean =>
  one({ 'a.service': `[Service]\n${lines}\n` }, 'a.service').loadState === 'bad-setting'

test('a service that could never run is refused', () => {
  assert.ok(refused('Type=simple'))
  assert.ok(refused('ExecStop=/bin/a'))
  assert.ok(refused('ExecStart=/bin/a\nExecStart=/bin/b'))
  assert.ok(refused('Type=oneshot\nExecStart=/bin/a\nRestart=always'))
  assert.ok(refused('Type=dbus\nExecStart=/bin/a'))
  assert.ok(!refused('RemainAfterExit=yes\nExecStop=/bin/a'))
  assert.ok(!refused('Type=oneshot\nExecStart=/bin/a\nExecStart=/bin/b\nRestart=on-failure'))
})

test('a service that names no type is simple, or oneshot where it starts nothing', () => {
  const type = (lines: string) => one({ 'a.service': `[Service]\n${lines}\n` }, 'a.service').service!.Type
  assert.equal(type('ExecStart=/bin/a'), 'simple')
  assert.equal(type('RemainAfterExit=yes\nExecStop=/bin/a'), 'oneshot')
  assert.equal(type('ExecStart=/bin/a\nBusName=a.b'), 'dbus')
})

test('a template is checked without an instance', () => {
  assert.deepEqual(findings({ 'web@.service': '[Service]\nExecStart=/usr/bin/%i\nRestartSec=%i\n' }), [])
  assert.deepEqual(findings({ 'web@.service': '[Service]\nExecStart=bin/a\n' }), [
    'web@.service:2:11 error bad-value',
  ])
})

test('a user that this host does not have is an error, where the host can tell', () => {
  const host = { ...someHost, users: new Map([['shop', { uid: 1, gid: 1, home: '/', shell: '' }]]) }
  const codes = (lines: string) =>
    loadUnits(treeOf({ 'a.service': service(lines) }), host).diagnostics.map(({ code, suggestion }) => [
      code,
      suggestion,
    ])
  assert.deepEqual(codes('User=shpo'), [['unknown-account', 'User=shop']])
  assert.deepEqual(codes('User=shop'), [])
  assert.deepEqual(codes('User=1234'), [])
})

test('a bad command in a drop-in ends that file, and is an error; the unit stays what the others make it', () => {
  const files = {
    'web.service': service(),
    'web.service.d/1.conf': '[Service]\nExecStartPre=bin/a\nEnvironment=A=1\n',
    'web.service.d/2.conf': setting('B=1'),
  }
  const unit = one(files, 'web.service')
  assert.deepEqual([unit.loadState, environment(unit)], ['loaded', ['B=1']])
  assert.deepEqual(findings(files), ['web.service.d/1.conf:2:14 error bad-value'])
})

test('what stands below a fatal line has no effect, and its findings are told all the same', () => {
  const files = {
    'web.service': '[Service]\nUser=a\n[Serv\nWhoKnows=1\n[Service]\nExecStart=/bin/a\nRestartSec=soon\n',
  }
  assert.equal(one(files, 'web.service').loadState, 'error')
  assert.deepEqual(findings(files), ['web.service:3:1 error bad-section', 'web.service:7:12 error bad-value'])
})

test('a unit of a type that gitproc does not run is said to do nothing', () => {
  assert.deepEqual(
    findings({ 'srv.mount': '[Mount]\nWhat=/dev/sda1\nWhere=/srv\n' }).at(0),
    'srv.mount:1:1 warning not-supported',
  )
})

test('the names under which the tables gather several directives are no directives', () => {
  assert.deepEqual(findings({ 'a.service': service('', 'Conditions=x') }), [
    'a.service:2:1 warning unknown-directive',
  ])
})

const thousand = (changed = ''): Files =>
  Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [
      `unit${index}.service`,
      service(
        `Environment=N=${index} X=${index === 7 ? changed : ''}\nRestart=always`,
        `After=unit${index - 1}.service`,
      ),
    ]),
  )

test('after one change of a thousand, the other units are the very same objects', () => {
  const before = loadUnits(treeOf(thousand()), someHost)
  const after = loadUnits(treeOf(thousand('new')), someHost, before)
  const moved = [...after.units].filter(([name, unit]) => before.units.get(name) !== unit)
  assert.deepEqual(
    moved.map(([name]) => name),
    ['unit7.service'],
  )
})

test('a folder that did not change gives the very same units and findings', () => {
  const before = loadUnits(treeOf(thousand()), someHost)
  const after = loadUnits(treeOf(thousand()), someHost, before)
  assert.equal(after.units, before.units)
  assert.equal(after.diagnostics, before.diagnostics)
})

test('any tree of files and links loads without an exception', () => {
  const name = fc.constantFrom(
    'a.service',
    'a@.service',
    'a@b.service',
    'b.timer',
    'a.service.d/x.conf',
    'a.service.wants/b.timer',
    'x.slice',
  )
  const content = fc.oneof(
    name.map((target) => `-> ${target}`),
    fc.constantFrom('-> ..', '-> /x', '-> /dev/null', '-> ', ''),
    fc
      .array(
        fc.constantFrom(
          '[Service]\n',
          '[Unit]\n',
          'ExecStart=',
          '/bin/a ',
          '"',
          '%i',
          '%z',
          '\\\n',
          '\n',
          'After=a@.service',
          'Type=',
        ),
      )
      .map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(fc.dictionary(name, content), (files) => {
      load(files)
    }),
  )
})
