/** Big repositories: a plan over ten thousand units with one change, and a history of a hundred thousand commits. */
import { spawnSync } from 'node:child_process'
import type { PlanAnswer } from '../src/api/contract.ts'
import { Sandbox } from '../test/support/sandbox.ts'
import { type Measurement, median, repeated, timed } from './measure.ts'

const runs = 9

const target = (index: number, salt = ''): string => `[Unit]\nDescription=group ${index}${salt}\n`

const targets = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`group${index}.target`, target(index)]))

/** How long `GET /v1/plan` takes for a commit of one change, as the number of units grows. */
export const measureLargePlan = async (count: number, budget?: number): Promise<readonly Measurement[]> => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  try {
    await sandbox.init(targets(count))
    await sandbox.start()
    await sandbox.post('/v1/sync', { wait: true })
    await sandbox.git('checkout', '-q', '-b', 'next')
    const durations: number[] = []
    for (let run = 0; run < runs; run++) {
      const sha = await sandbox.commit({ 'group7.target': target(7, ` ${run}`) })
      durations.push(
        await timed(async () => {
          const { plan } = await sandbox.get<PlanAnswer>(`/v1/plan?revision=${sha}`)
          if (plan.steps.filter(({ verb }) => verb !== 'keep').length !== 1) throw new Error('not one step')
        }),
      )
    }
    const what = `plan of one change among ${count} units, answer read`
    const value = median(durations)
    return [{ what, value, unit: 'ms', note: `${runs} commits`, ...(budget === undefined ? {} : { budget }) }]
  } finally {
    await sandbox.end()
  }
}

/** A daemon on a branch of many commits: until it answers, until a commit is applied, and the history of one unit. */
export const measureLongHistory = async (count: number): Promise<readonly Measurement[]> => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  try {
    await sandbox.init({ 'web.target': target(0), 'old.target': target(1) })
    importCommits(sandbox, count)
    await sandbox.git('reset', '-q', '--hard')
    const start = await timed(async () => {
      await sandbox.start()
      await sandbox.post('/v1/sync', { wait: true })
    })
    const deploys = await repeated(runs, async (run) => {
      await sandbox.commit({ 'web.target': target(0, ` again ${run}`) })
      await sandbox.post('/v1/sync', { wait: true })
    })
    const commitAlone = await repeated(runs, (run) => sandbox.commit({ 'note.txt': `${run}` }))
    const label = `${count} commits`
    return [
      { what: `${label}: daemon start → first state applied`, value: start, unit: 'ms' },
      {
        what: `${label}: commit and applied`,
        value: median(deploys),
        unit: 'ms',
        note: `git alone ${median(commitAlone).toFixed(0)} ms`,
      },
    ]
  } finally {
    await sandbox.end()
  }
}

/** Each changes one file of two; the other one was last changed at the very beginning. */
const importCommits = (sandbox: Sandbox, count: number): void => {
  const commits = Array.from({ length: count }, (_, index) => {
    const text = target(0, ` ${index}`)
    const from = index === 0 ? 'from refs/heads/main^0\n' : ''
    return `commit refs/heads/main\ncommitter Ada <ada@example.org> ${1_700_000_000 + index} +0000\ndata 6\nchange\n${from}M 100644 inline web.target\ndata ${text.length}\n${text}\n`
  })
  const { status, stderr } = spawnSync('git', ['fast-import', '--quiet', '--force'], {
    cwd: sandbox.repo,
    env: sandbox.env,
    input: commits.join(''),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
}
