/** `gitproc kill NAME…` */

import { constants } from 'node:os'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { GitprocError } from '../../base/error.ts'
import { nearest } from '../../base/nearest.ts'
import { GitprocCommand } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { runVerb } from '../unit-verbs.ts'

export default class Kill extends GitprocCommand {
  static override summary = 'Sends a signal to the processes of units.'
  static override description =
    'The unit stays what it is: what its end means is decided by its Restart=. To stop a unit, use gitproc stop.'
  static override args = {
    name: Args.string({ description: 'units; .service goes without saying', multiple: true }),
  }
  static override flags = {
    signal: Flags.string({ char: 's', description: 'the signal', default: 'SIGTERM', helpValue: 'NAME' }),
    whom: Flags.option({
      description: 'which processes',
      options: ['main', 'control', 'all'] as const,
      default: 'all' as const,
    })(),
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = ['$ gitproc kill -s HUP web --whom main', '$ gitproc kill -s SIGKILL web']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Kill)
    const request = { wait: true, signal: signalName(flags.signal), whom: flags.whom }
    return runVerb({ verb: 'kill', names: args.name ?? [], all: false, request }, this.session(flags))
  }
}

/** `HUP`, `sighup`, `SIGHUP` and `1` are the same signal. */
const signalName = (text: string): string => {
  const known = Object.entries(constants.signals)
  const upper = text.toUpperCase()
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`
  const found = known.find(([candidate, number]) => candidate === name || String(number) === text)
  if (found) return found[0]
  const near = nearest(name, Object.keys(constants.signals))
  throw new GitprocError('cli/usage', `no signal is called ${text}`, {
    remedy: near === undefined ? 'kill -l lists them' : `did you mean ${near}?`,
  })
}
