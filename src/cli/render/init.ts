/** What `gitproc init` says: what was made, and the three commands to type next, with real paths. */
import type { HookResult } from '../../git/init-repository.ts'
import type { MadeRemote } from '../init-remote.ts'
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

/** A remote is nothing that was made: what matters is whether it lets us in. */
export const renderRemote = ({ url, file, tip, trouble }: MadeRemote, look: Look): readonly string[] => [
  `${file ?? 'The configuration'} follows ${url}.`,
  ...(trouble === undefined ? [] : [`${paint(look, 'bad', '!')} ${trouble.text}`]),
  ...(tip === undefined ? [] : [`It lets us in: ${tip.branch} is at ${tip.sha.slice(0, 7)}.`]),
  ...(tip === undefined && trouble === undefined ? ['It lets us in; it has no such branch yet.'] : []),
  '',
  'Next:',
  ...(trouble?.remedy === undefined ? [] : [`  ${trouble.remedy}`]),
  '  gitproc daemon --detach',
]

const hookWords: Readonly<Record<HookResult, string>> = {
  installed: 'A pre-commit hook now runs gitproc verify on what is staged.',
  'already-installed': 'The pre-commit hook is there already.',
  'other-hook': 'There is another pre-commit hook: it stays. Add to it: gitproc verify',
}

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
