/**
 * What a command of oclif needs of its surroundings, without oclif's own loader: that one reads manifests, scans folders
 * for plugins and costs more than a whole `gitproc status` may take. docs/decisions says what was measured.
 */
import type { Config } from '@oclif/core/config'
import { version } from '../version.ts'

/** Used by commands (constructor, parse) and by oclif's help formatter; nothing else is ever asked of it. */
const surroundings: Pick<Config, 'bin' | 'name' | 'version' | 'userAgent' | 'topicSeparator' | 'runHook'> = {
  bin: 'gitproc',
  name: 'gitproc',
  version,
  userAgent: `gitproc/${version}`,
  topicSeparator: ' ',
  runHook: async () => ({ successes: [], failures: [] }),
}

export const oclifHost = surroundings as unknown as Config
