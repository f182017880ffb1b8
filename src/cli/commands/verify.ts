/** `gitproc verify [PATH…]`: every finding at once, with file, line and column. Needs no daemon. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson } from '../gitproc-command.ts'
import { clientFlags } from '../global-flags.ts'
import { diagnosticLine, diagnosticSummary, githubLine } from '../render/diagnostics.ts'
import { type Verified, verifyTarget } from '../verify-target.ts'

export default class Verify extends GitprocCommand {
  static override summary = 'Checks unit files: every finding at once, with file, line and column.'
  static override description =
    'Exit status: 1 if there is an error, else 0. Without paths: the files of the repository as they lie there, committed or not.'
  static override args = { path: Args.string({ description: 'files, folders or revisions', multiple: true }) }
  static override flags = {
    output: Flags.option({
      char: 'o',
      description: 'form of the output; github: annotations for GitHub Actions',
      options: ['text', 'json', 'github'] as const,
      default: 'text' as const,
    })(),
    strict: Flags.boolean({
      description: 'refuse security or limit directives that cannot be enforced; as strict = yes does',
    }),
    ...clientFlags,
  }
  static override examples = [
    '$ gitproc verify',
    '$ gitproc verify web.service',
    '$ gitproc verify HEAD~1',
    '$ gitproc verify services/ -o github',
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Verify)
    const { config: configured, look } = this.session(flags)
    const config = { ...configured, isStrict: configured.isStrict || flags.strict }
    const targets = args.path ?? [undefined]
    const verified = joined(await Promise.all(targets.map((target) => verifyTarget(target, config))))
    switch (flags.output) {
      case 'json':
        printJson(verified)
        break
      case 'github':
        print(verified.diagnostics.map((diagnostic) => githubLine(diagnostic)))
        break
      case 'text':
        print(verified.diagnostics.map((diagnostic) => diagnosticLine(diagnostic, look)))
        print([diagnosticSummary(verified.files, verified.diagnostics)])
    }
    const hasErrors = verified.diagnostics.some((diagnostic) => diagnostic.severity === 'error')
    return hasErrors ? exitStatuses.failed.status : exitStatuses.done.status
  }
}

const joined = (parts: readonly Verified[]): Verified => ({
  files: parts.reduce((sum, part) => sum + part.files, 0),
  diagnostics: parts.flatMap((part) => part.diagnostics),
})
