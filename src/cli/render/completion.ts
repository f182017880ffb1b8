/** The completion script: commands, then what the command takes. zsh runs bash's with its own loader. */
import type { GitprocCommandClass } from '../gitproc-command.ts'

export const completionScript = (shell: string, commands: readonly string[]): readonly string[] => [
  ...(shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : []),
  '_gitproc() {',
  `  local word=$2 command=\${COMP_WORDS[1]} words`,
  '  if [ "$COMP_CWORD" -eq 1 ]; then',
  `    words="${commands.join(' ')}"`,
  '  elif [[ $word == -* ]]; then',
  '    words=$(gitproc completion --flags-of "$command" 2>/dev/null)',
  '  else',
  '    words=$(gitproc completion --words-of "$command" 2>/dev/null)',
  '  fi',
  '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
  '}',
  'complete -o default -F _gitproc gitproc',
]

type Taking = Pick<GitprocCommandClass, 'args' | 'flags'>

export const flagsOf = ({ flags }: Taking): readonly string[] => [
  '--help',
  ...Object.entries(flags)
    .filter(([, flag]) => flag.hidden !== true)
    .map(([name]) => `--${name}`)
    .sort(),
]

/** What the command's arguments are chosen from. */
export const choicesOf = ({ args }: Taking): readonly string[] =>
  Object.values(args).flatMap((argument) => argument.options ?? [])

/** All of them call a unit `NAME`. */
export const takesUnits = ({ args }: Taking): boolean => 'name' in args
