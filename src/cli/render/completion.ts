/** The completion script: commands first, then whatever units the daemon knows. zsh runs bash's with its own loader. */
export const completionScript = (shell: string, commands: readonly string[]): readonly string[] => [
  ...(shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : []),
  '_gitproc() {',
  '  local word=$2',
  '  if [ "$COMP_CWORD" -eq 1 ]; then',
  `    COMPREPLY=($(compgen -W "${commands.join(' ')}" -- "$word"))`,
  '  else',
  '    COMPREPLY=($(compgen -W "$(gitproc completion --units 2>/dev/null)" -- "$word"))',
  '  fi',
  '}',
  'complete -F _gitproc gitproc',
]
