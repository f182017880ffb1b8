import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { FileTree, TreeEntry } from '../../src/base/file-tree.ts'
import { type Derivation, derive } from '../../src/plan/derivation.ts'
import { desiredBy } from '../../src/plan/desired-state.ts'
import { diff } from '../../src/plan/diff.ts'
import { startsAfter } from '../../src/plan/graph.ts'
import { appliedStateOf, revisionOf } from '../support/desired.ts'
import { service, someHost, treeOf } from '../support/trees.ts'

type Files = Readonly<Record<string, string>>

const surroundings = { host: someHost, folderPath: '/repo' }

const names = [
  'a.service',
  'b.service',
  'a-b.service',
  'a-c@.service',
  'web@.service',
  'web@1.service',
  'web@2.service',
  'old@.service',
  'a.timer',
  'b.socket',
  'web.path',
  'x.slice',
  'x-y.slice',
  'all.target',
  'gone.service',
]
const name = fc.constantFrom(...names)
const mentioned = fc.constantFrom(
  ...names.filter((each) => !each.includes('@.')),
  'web@3.service',
  'old@2.service',
  'a-c@7.service',
)

const unitLine = fc
  .tuple(
    fc.constantFrom(
      'After',
      'Before',
      'Requires',
      'Requisite',
      'BindsTo',
      'Wants',
      'Upholds',
      'PartOf',
      'OnFailure',
    ),
    mentioned,
  )
  .map(([key, other]) => `${key}=${other}`)
const unitLines = fc.array(unitLine, { maxLength: 3 }).map((lines) => `[Unit]\n${lines.join('\n')}\n`)
const install = fc.constantFrom(
  '',
  '',
  '[Install]\nAlias=gone.service\n',
  '[Install]\nAlias=b.service a.service\n',
)
const body = (path: string): fc.Arbitrary<string> => {
  if (path.endsWith('.timer'))
    return fc.constantFrom('[Timer]\nOnBootSec=5\n', '[Timer]\nOnBootSec=5\nUnit=web@4.service\n')
  if (path.endsWith('.socket'))
    return fc.constantFrom('[Socket]\nListenStream=/run/s\n', '[Socket]\nListenStream=/run/s\nAccept=yes\n')
  if (path.endsWith('.path'))
    return fc.constantFrom(
      '[Path]\nPathExists=/x\nUnit=a.service\n',
      '[Path]\nPathExists=/x\nUnit=b.service\n',
    )
  if (path.endsWith('.slice')) return fc.constantFrom('[Slice]\n', '[Slice]\nDisableControllers=memory\n')
  if (path.endsWith('.target')) return fc.constant('')
  return fc
    .tuple(
      fc.constantFrom('', 'MemoryMax=1G', 'EnvironmentFile=/repo/vars.env', 'Slice=x-y.slice', 'Bogus=1'),
      fc.constantFrom('/bin/a', '/bin/b'),
    )
    .map(([extra, program]) => `[Service]\nExecStart=${program}\n${extra}\n`)
}
const unitFile = (path: string): fc.Arbitrary<string> =>
  fc.tuple(unitLines, body(path), install).map((parts) => parts.join(''))
const link = fc.oneof(
  name.map((to) => `-> ${to}`),
  fc.constantFrom('-> /dev/null', '-> web@9.service', '-> vars.env', '-> ../outside'),
)
const dropIn = fc.oneof(
  fc.constantFrom(
    '[Service]\nMemoryMax=2G\n',
    '[Service]\nEnvironment=A=1\n',
    '-> ../common.conf',
    '-> ../a.service',
  ),
  unitLines,
)

/** One file of a commit; undefined where the commit removes it. */
const edit: fc.Arbitrary<readonly [string, string | undefined]> = fc.oneof(
  { weight: 6, arbitrary: name.chain((path) => unitFile(path).map((text) => [path, text] as const)) },
  { weight: 2, arbitrary: fc.tuple(name, link) },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constantFrom(
        'a.service.d/1.conf',
        'web@.service.d/1.conf',
        'web@1.service.d/1.conf',
        'a-.service.d/1.conf',
        'service.d/2.conf',
        'old@.service.d/1.conf',
        'gone.service.d/1.conf',
      ),
      dropIn,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constantFrom(
        'all.target.wants/b.service',
        'all.target.wants/web@5.service',
        'a.service.requires/b.service',
      ),
      fc.constantFrom('-> ../b.service', '-> ../web@.service'),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom('vars.env', 'common.conf', 'a.servce', 'bad name.service'),
      fc.constantFrom('A=1\n', 'A=2\n', '[Service]\nEnvironment=C=1\n'),
    ),
  },
  { weight: 5, arbitrary: name.map((path) => [path, undefined] as const) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('a.service.d/1.conf', 'service.d/2.conf', 'all.target.wants/web@5.service', 'vars.env')
      .map((path) => [path, undefined] as const),
  },
)

/** Folders one after the other: each commit changes some files of the one before. */
const history: fc.Arbitrary<readonly Files[]> = fc
  .array(fc.array(edit, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 12 })
  .map((commits) => {
    const folders: Files[] = []
    for (const edits of commits) {
      const files = new Map<string, string>(Object.entries(folders.at(-1) ?? {}))
      for (const [path, text] of edits) {
        if (text === undefined) files.delete(path)
        else files.set(path, text)
      }
      folders.push(Object.fromEntries(files))
    }
    return folders
  })

/** Everything that a derivation says, without what it says it of: two of them are alike if these are. */
const contentOf = ({ folder, graph, ...rest }: Derivation): unknown => {
  const { index, host: _, ...units } = folder
  const { tree: __, ...indexed } = index
  return { ...graph, ...rest, units, indexed }
}

const planFrom = (derived: Derivation, actual: Parameters<typeof diff>[0]) =>
  diff(actual, desiredBy(revisionOf('b'), derived), undefined)

describe('what is derived from an earlier revision', () => {
  test('is what would be made of the files alone, over any row of commits', () => {
    fc.assert(
      fc.property(history, (folders) => {
        let derived: Derivation | undefined
        for (const files of folders) {
          const tree = treeOf(files)
          const before = derived
          derived = derive(tree, surroundings, before)
          const anew = derive(tree, surroundings)
          assert.deepEqual(contentOf(derived), contentOf(anew))
          const actual = before ? appliedStateOf(desiredBy(revisionOf('a'), before)) : new Map()
          assert.deepEqual(planFrom(derived, actual), planFrom(anew, actual))
        }
      }),
      { numRuns: 100 },
    )
  })

  test('is the very same where the files are the same', () => {
    fc.assert(
      fc.property(history, (folders) => {
        const before = derive(treeOf(folders.at(-1) ?? {}), surroundings)
        const after = derive(treeOf(folders.at(-1) ?? {}), surroundings, before)
        assert.equal(after.graph.units, before.graph.units)
        assert.equal(after.graph.mentions, before.graph.mentions)
        for (const [unit, desired] of after.folder.units) assert.equal(desired, before.folder.units.get(unit))
      }),
      { numRuns: 50 },
    )
  })

  test('tells findings of one line in the same order, however the folder grew', () => {
    const slice = '[Slice]\nDisableControllers=memory\n'
    const first: Files = {
      'service.d/1.conf': '[Service]\nMemoryMax=1G\n',
      'x.slice': slice,
      'y.slice': slice,
      'b.service': service('Slice=x.slice'),
    }
    const second: Files = { ...first, 'a.service': service('Slice=y.slice') }
    const grown = derive(treeOf(second), surroundings, derive(treeOf(first), surroundings))
    assert.deepEqual(
      grown.folder.diagnostics.map(({ message }) => message.slice(-50)),
      derive(treeOf(second), surroundings).folder.diagnostics.map(({ message }) => message.slice(-50)),
    )
    assert.equal(grown.folder.diagnostics.length, 2)
  })

  test('does not read what did not change', () => {
    const read: string[] = []
    const watched = (files: Files): FileTree =>
      new Map(
        [...treeOf(files)].map(([path, entry]): [string, TreeEntry] => {
          if (entry.kind === 'link') return [path, entry]
          const { bytes, ...rest } = entry
          return [
            path,
            {
              ...rest,
              get bytes() {
                read.push(path)
                return bytes
              },
            },
          ]
        }),
      )
    const files = Object.fromEntries(
      Array.from({ length: 500 }, (_, at) => [
        `s${at}.service`,
        service('', `After=s${at - 1}.service hub.target`),
      ]),
    )
    const first = derive(watched(files), surroundings)
    read.length = 0
    const second = derive(watched({ ...files, 's7.service': service('Nice=3') }), surroundings, first)
    assert.deepEqual([...new Set(read)], ['s7.service'])
    assert.deepEqual(startsAfter(second.graph, 's7.service'), [])
    assert.deepEqual(startsAfter(second.graph, 's8.service'), ['s7.service'])
  })

  test('finds a circle that a commit closes far from where it began, and loses it when one of its lines goes', () => {
    const chain = (last: string): Files => ({
      ...Object.fromEntries(
        Array.from({ length: 50 }, (_, at) => [`s${at}.service`, service('', `After=s${at + 1}.service`)]),
      ),
      's50.service': service('', last),
    })
    const open = derive(treeOf(chain('')), surroundings)
    const closed = derive(treeOf(chain('After=s0.service')), surroundings, open)
    const opened = derive(treeOf(chain('')), surroundings, closed)
    assert.deepEqual([open.cycles.length, closed.cycles.length, opened.cycles.length], [0, 1, 0])
    assert.match(closed.cycles[0]?.message ?? '', /s50\.service after s0\.service \(s50\.service:2 After=\)/)
  })
})
