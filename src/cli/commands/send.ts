/** `gitproc send NAME TEXT…` */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { GitprocError } from '../../base/error.ts'
import { GitprocCommand } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { runVerb } from '../unit-verbs.ts'

/** Requests are small; what is longer goes in several of them, one after another. */
const pieceBytes = 32 * 1024

export default class Send extends GitprocCommand {
  static override summary = 'Writes a line to the pipe that a unit reads (StandardInputPipe=yes).'
  static override description =
    'The words are put together with blanks, and a line end behind them. A single "-" sends what comes on standard input, as it is. What is sent is kept nowhere and logged nowhere.'
  static override args = {
    name: Args.string({ description: 'the unit; .service goes without saying', required: true }),
    text: Args.string({ description: 'what to write', multiple: true }),
  }
  static override flags = {
    'no-newline': Flags.boolean({ char: 'n', description: 'no line end behind the text' }),
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = ['$ gitproc send minecraft save-all', '$ generate | gitproc send importer -']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Send)
    const data = await wanted(args.text ?? [], flags['no-newline'])
    const session = this.session(flags)
    for (let at = 0; ; at += pieceBytes) {
      const piece = data.subarray(at, at + pieceBytes).toString('base64')
      const request = { wait: true, data: piece }
      const status = await runVerb({ verb: 'send', names: [args.name], all: false, request }, session)
      if (status !== 0 || at + pieceBytes >= data.length) return status
    }
  }
}

const wanted = async (words: readonly string[], hasNoLineEnd: boolean): Promise<Buffer> => {
  if (words.length === 1 && words[0] === '-') return readInput()
  if (words.length === 0)
    throw new GitprocError('cli/usage', 'what shall be sent?', {
      remedy: 'name the text, or "-" for what comes on standard input',
    })
  return Buffer.from(words.join(' ') + (hasNoLineEnd ? '' : '\n'))
}

const readInput = async (): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
