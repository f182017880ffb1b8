/** `gitproc logs [NAME…]`: read straight from the files, with or without a daemon. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, remark } from '../gitproc-command.ts'
import { clientFlags, utcFlag } from '../global-flags.ts'
import { logDirectory, logQuery, logRevision, unwrittenNames, writeLines, writeRaw } from '../show-logs.ts'

export default class Logs extends GitprocCommand {
  static override summary = 'Shows what services wrote, and what happened to them.'
  static override description =
    'E marks standard error, ◂ what gitproc did or saw. Without names: all units, merged in order of time. Following goes on across restarts and rotations.'
  static override args = {
    name: Args.string({ description: 'units; .service goes without saying', multiple: true }),
  }
  static override flags = {
    follow: Flags.boolean({ char: 'f', description: 'go on with what is written from now on' }),
    lines: Flags.integer({
      char: 'n',
      description: 'only the last N lines (10 with -f)',
      min: 0,
      helpValue: 'N',
    }),
    since: Flags.string({
      description: 'from this time on: 10m, yesterday, 2026-03-14 14:00',
      helpValue: 'TIME',
    }),
    until: Flags.string({ description: 'up to this time', helpValue: 'TIME', exclusive: ['follow'] }),
    grep: Flags.string({
      char: 'g',
      description: 'only lines that match this regular expression',
      helpValue: 'PATTERN',
    }),
    rev: Flags.string({
      description: 'only what ran at this commit: 4f2c91a, HEAD~1, a tag',
      helpValue: 'REV',
    }),
    invocation: Flags.string({ description: 'only this run', helpValue: 'ID' }),
    'last-crash': Flags.boolean({ description: 'only the last run that ended badly' }),
    'stderr-only': Flags.boolean({ description: 'only standard error' }),
    reverse: Flags.boolean({ char: 'r', description: 'newest first', exclusive: ['follow'] }),
    raw: Flags.boolean({ description: 'the bytes as they were written', exclusive: ['output'] }),
    output: Flags.option({
      char: 'o',
      description: 'form of the output; cat: the lines alone',
      options: ['short', 'cat', 'json'] as const,
    })(),
    utc: utcFlag,
    ...clientFlags,
  }
  static override examples = [
    '$ gitproc logs -f web',
    '$ gitproc logs web api --since 10m --grep "5[0-9][0-9]"',
    '$ gitproc logs mailer --last-crash',
    '$ gitproc logs -o json | jq -r .message',
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Logs)
    const session = this.session(flags)
    const query = logQuery(
      { ...flags, names: args.name ?? [], rev: await logRevision(flags.rev, session.config) },
      await logDirectory(session),
      session.look.nowMs,
    )
    for (const sentence of unwrittenNames(query)) remark(`gitproc: ${sentence}`)
    if (flags.raw) await writeRaw(query)
    else {
      const form = flags.output ?? 'short'
      const isAny = await writeLines(query, { form, look: session.look })
      if (!isAny && form === 'short') remark('gitproc: no such lines in the logs')
    }
    return exitStatuses.done.status
  }
}
