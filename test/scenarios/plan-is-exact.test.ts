/** Random pairs of commits: what `plan` says of a branch is what happens when the watched branch gets there. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import type { HistoryAnswer, PlanAnswer, StatusAnswer } from '../../src/api/contract.ts'
import type { Step } from '../../src/plan/plan.ts'
import { type Folder, RandomUnits } from '../support/random-units.ts'
import { Sandbox } from '../support/sandbox.ts'

const pairs = Number(process.env['GITPROC_PAIRS'] ?? 500)
const seed = Number(process.env['GITPROC_SEED'] ?? 20_260_101)

/** A commit of exactly these files on top of main, on a branch that nobody watches. */
const propose = (sandbox: Sandbox, files: Folder): string => {
  const entries = [...files].map(([path, text]) => {
    const [mode, bytes] = text.startsWith('-> ') ? ['120000', text.slice(3)] : ['100644', text]
    return `M ${mode} inline ${path}\ndata ${Buffer.byteLength(bytes)}\n${bytes}\n`
  })
  const input = `commit refs/heads/proposed\ncommitter Ada <ada@example.org> 1700000000 +0000\ndata 6\nchange\nfrom refs/heads/main\ndeleteall\n${entries.join('')}`
  const options = { cwd: sandbox.repo, env: sandbox.env, encoding: 'utf8' } as const
  execFileSync('git', ['fast-import', '--quiet', '--force'], { ...options, input })
  return execFileSync('git', ['rev-parse', 'proposed'], options).trim()
}

const moves = (steps: readonly Step[]): readonly string[] =>
  steps.filter(({ verb }) => verb !== 'keep').map(({ verb, unit, reason }) => `${verb} ${unit}: ${reason}`)

const pidsOf = (status: StatusAnswer): ReadonlyMap<string, number | undefined> =>
  new Map(status.units.map(({ name, mainPid }) => [name, mainPid]))

describe(`${pairs} random pairs of commits (seed ${seed})`, () => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no', PRUNE_LIMIT: 'infinity' } })
  const units = new RandomUnits(seed, sandbox.repo)
  before(async () => {
    await sandbox.init({ 'all.target': '[Unit]\n' })
    await sandbox.start()
  })
  after(() => sandbox.end())

  test('what was planned happens, in these words, and nothing else', async (t) => {
    let [planned, steps] = [pidsOf(await sandbox.status()), 0]
    const verbs = new Map<string, number>()
    for (let pair = 0; pair < pairs; pair++) {
      const edits = `pair ${pair}: ${units.edit().join('; ')}`
      const sha = propose(sandbox, units.files)
      const { plan, diagnostics } = await sandbox.get<PlanAnswer>(`/v1/plan?revision=${sha}`)
      assert.deepEqual(
        diagnostics.filter(({ severity }) => severity === 'error'),
        [],
        edits,
      )
      await sandbox.git('merge', '-q', '--ff-only', sha)
      await sandbox.post('/v1/sync', { wait: true })
      const { generations } = await sandbox.get<HistoryAnswer>('/v1/history?limit=5')
      const made = generations.filter(({ revision }) => revision.sha === sha)
      assert.equal(made.length, 1, edits)
      assert.equal(made[0]!.outcome, 'Healthy', `${edits}: ${made[0]!.reason}`)
      assert.deepEqual(
        made[0]!.steps.map(({ step }) => step),
        plan.steps.filter(({ verb }) => verb !== 'keep'),
        edits,
      )
      const pids = pidsOf(await sandbox.status())
      assertMoved(plan.steps, planned, pids, edits)
      planned = pids
      steps += moves(plan.steps).length
      for (const { verb } of plan.steps) verbs.set(verb, (verbs.get(verb) ?? 0) + 1)
    }
    t.diagnostic(`${steps} steps: ${[...verbs].map(([verb, count]) => `${count} ${verb}`).join(', ')}`)
  })
})

/** What the processes tell: a new one exactly where the plan started or restarted a service. */
const assertMoved = (
  steps: readonly Step[],
  before: ReadonlyMap<string, number | undefined>,
  now: ReadonlyMap<string, number | undefined>,
  edits: string,
): void => {
  const verbOf = new Map(steps.map(({ unit, verb }) => [unit, verb]))
  for (const name of new Set([...before.keys(), ...now.keys()])) {
    const verb = verbOf.get(name)
    const where = `${edits}: ${verb} ${name}, pid ${before.get(name)} → ${now.get(name)}`
    if (verb === 'stop') assert.ok(!now.has(name), where)
    else if (!name.endsWith('.service') || !['start', 'restart'].includes(verb ?? ''))
      assert.equal(now.get(name), before.get(name), where)
    else assert.ok(now.get(name) !== undefined && now.get(name) !== before.get(name), where)
  }
}
