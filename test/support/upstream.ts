/** A bare repository that somebody pushes to, and the work tree that they push from. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const environment = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ann Author',
  GIT_AUTHOR_EMAIL: 'ann@example.org',
  GIT_COMMITTER_NAME: 'Carl Committer',
  GIT_COMMITTER_EMAIL: 'carl@example.org',
  LC_ALL: 'C',
}

export class Upstream {
  /** Where repositories lie that a server serves. */
  readonly projects: string
  readonly bare: string
  readonly workTree: string

  constructor(prefix: string) {
    this.projects = join(prefix, 'projects')
    this.bare = join(this.projects, 'shop.git')
    this.workTree = join(prefix, 'author')
    mkdirSync(this.projects, { recursive: true })
    run(prefix, 'init', '-q', '--bare', '-b', 'main', this.bare)
    run(prefix, 'init', '-q', '-b', 'main', this.workTree)
  }

  git(...args: readonly string[]): string {
    return run(this.workTree, ...args)
  }

  /** Of the bare one: what the server has. */
  onServer(...args: readonly string[]): string {
    return run(this.bare, ...args)
  }

  /** Writes files (undefined removes one), commits and pushes; gives the commit. */
  push(files: Readonly<Record<string, string | undefined>>, subject = 'change'): string {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.workTree, path)
      if (text === undefined) this.git('rm', '-q', path)
      else {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, text)
      }
    }
    this.git('add', '--all')
    this.git('commit', '-q', '--allow-empty', '-m', subject)
    this.git('push', '-q', '--force', this.bare, 'HEAD:refs/heads/main')
    return this.git('rev-parse', 'HEAD')
  }
}

const run = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .trim()

/** A service that stays, and whose definition differs by `salt`. */
export const staying = (salt: string): string =>
  `[Service]\nEnvironment=SALT=${salt}\nExecStart=/bin/sleep 100000\n`
