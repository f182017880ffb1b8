/** What `gitproc init` says: what was made, and the three commands to type next, with real paths. */
import type { HookResult } from '../../git/init-repository.ts'
import { type Look, paint } from './style.ts'

export interface Made {
  readonly path: string
  readonly isNew: boolean
  /** Undefined where no hook was asked for. */
  readonly hook: HookResult | undefined
  /** The repository is where the daemon looks without being told. */
  readonly isUsual: boolean
}

export const renderInit = ({ path, isNew, hook, isUsual }: Made, look: Look): readonly string[] => {
  const word = shellWord(path)
  return [
    isNew ? `Made a repository in ${path}.` : `There is a repository in ${path} already; it stays as it is.`,
    hook === undefined
      ? paint(look, 'quiet', `To check units before each commit: gitproc init --repo ${word} --hook`)
      : hookWords[hook],
    '',
    'Next:',
    `  cp YOUR.service ${word}/`,
    `  cd ${word} && git add . && git commit -m "first units"`,
    `  gitproc daemon --detach${isUsual ? '' : ` --repo ${word}`}`,
  ]
}

const hookWords: Readonly<Record<HookResult, string>> = {
  installed: 'A pre-commit hook now runs gitproc verify on what is staged.',
  'already-installed': 'The pre-commit hook is there already.',
  'other-hook': 'There is another pre-commit hook: it stays. Add to it: gitproc verify',
}

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
