/** `gitproc daemon`: in the foreground, in the background, or to be ended. */
import * as Flags from '@oclif/core/flags'
import { detachDaemon, stopDaemon } from '../daemon-process.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print } from '../gitproc-command.ts'
import { daemonFlags } from '../global-flags.ts'

export default class Daemon extends GitprocCommand {
  static override summary = 'Watches the branch and keeps its units running.'
  static override description =
    'Runs in the foreground unless --detach is given. When the daemon ends, by --stop, a signal or a crash, services go on, and the next daemon takes them over. To end everything: gitproc stop --all, then gitproc daemon --stop.'
  static override flags = {
    detach: Flags.boolean({
      char: 'd',
      description: 'run in the background; returns when the daemon answers',
    }),
    foreground: Flags.boolean({
      description: 'run in the foreground (the default)',
      exclusive: ['detach', 'stop'],
    }),
    stop: Flags.boolean({ description: 'end the daemon; services go on', exclusive: ['detach'] }),
    ...daemonFlags,
  }
  static override examples = [
    '$ gitproc daemon --detach',
    '$ gitproc daemon --repo /srv/shop --watch-branch production',
    '$ gitproc daemon --stop',
    '$ gitproc stop --all && gitproc daemon --stop',
  ]

  async run(): Promise<number> {
    const { flags } = await this.parse(Daemon)
    const session = this.session(flags)
    if (flags.stop) {
      print(await stopDaemon(session))
      return exitStatuses.done.status
    }
    if (flags.detach) {
      print(await detachDaemon(this.argv, session))
      return exitStatuses.done.status
    }
    // All paths of the configuration are absolute by now; a daemon must not keep a file system busy by standing in it.
    process.chdir('/')
    const { runDaemon } = await import('../../daemon.ts')
    return runDaemon(session.config)
  }
}
