/** Repositories made by the real git, in a directory of the test's own and with nobody's configuration. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { temporaryDirectory } from './temp-directory.ts'

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

export class GitSandbox {
  readonly path: string
  #seconds = 1_700_000_000

  private constructor(path: string) {
    this.path = path
  }

  static make(t: TestContext, ...initArgs: readonly string[]): GitSandbox {
    const path = join(temporaryDirectory(t), 'services')
    execFileSync('git', ['-c', 'init.defaultBranch=main', 'init', '-q', ...initArgs, path], {
      env: environment,
    })
    return new GitSandbox(path)
  }

  static at(path: string): GitSandbox {
    return new GitSandbox(path)
  }

  /** Runs git there and gives what it printed. Each call is a second later, so that histories have an order. */
  git(...args: readonly string[]): string {
    return this.gitWith({}, ...args)
  }

  /** The same in another directory. */
  gitAt(path: string, ...args: readonly string[]): string {
    return GitSandbox.at(path).git('-c', 'init.defaultBranch=main', ...args)
  }

  gitWith(input: { readonly stdin?: string | Buffer }, ...args: readonly string[]): string {
    const date = `${this.#seconds++} +0000`
    const env = { ...environment, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
    return execFileSync('git', args, {
      cwd: this.path,
      env,
      input: input.stdin ?? '',
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
    })
      .toString()
      .trim()
  }

  write(path: string, text: string | Uint8Array): void {
    mkdirSync(dirname(join(this.path, path)), { recursive: true })
    writeFileSync(join(this.path, path), text)
  }

  remove(path: string): void {
    rmSync(join(this.path, path), { recursive: true })
  }

  /** Writes files (undefined removes one), commits all, gives the id. */
  commit(subject: string, files: Readonly<Record<string, string | undefined>> = {}): string {
    for (const [path, text] of Object.entries(files)) {
      if (text === undefined) this.remove(path)
      else this.write(path, text)
    }
    this.git('add', '--all')
    this.git('commit', '-q', '--allow-empty', '-m', subject)
    return this.git('rev-parse', 'HEAD')
  }
}

export const unitText = (command: string): string => `[Service]\nExecStart=/bin/${command}\n`
