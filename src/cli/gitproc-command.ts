/** The base of every command: oclif's parsing, our configuration, output and exit statuses. */
import { Command } from '@oclif/core/command'
import type { Config as OclifConfig } from '@oclif/core/config'
import { type Config, loadConfig } from '../config.ts'
import { DaemonClient } from './client.ts'
import { configFlagsOf } from './global-flags.ts'
import type { Look } from './render/style.ts'
import { lookOf } from './terminal.ts'

/** `run` gives the exit status. */
export abstract class GitprocCommand extends Command {
  abstract override run(): Promise<number>

  /** What flags and configuration come to. */
  protected session(flags: Readonly<Record<string, unknown>>): Session {
    const config = loadConfig(configFlagsOf(flags))
    return {
      config,
      daemon: new DaemonClient(config.socket),
      look: lookOf(process.stdout, process.env, flags['utc'] === true),
      isJson: flags['output'] === 'json',
    }
  }
}

export interface Session {
  readonly config: Config
  readonly daemon: DaemonClient
  readonly look: Look
  readonly isJson: boolean
}

/** A command as `run.ts` and help see it: to be made, and described. */
export type GitprocCommandClass = (new (
  argv: string[],
  config: OclifConfig,
) => GitprocCommand) &
  Pick<typeof Command, 'args' | 'flags' | 'examples' | 'summary' | 'description' | 'usage' | 'strict'>

export const print = (lines: readonly string[]): void => {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
}

export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)
}

/** Progress and remarks: never in the way of output that is read by a program. */
export const remark = (line: string): void => {
  process.stderr.write(`${line}\n`)
}
