/** `LoadCredential=` and `SetCredential=` (systemd.exec(5), CREDENTIALS). */
import type { Problem, ValueType } from '../directive.ts'
import { nextWord, splitWords, type WordRules } from '../syntax/words.ts'
import type { CredentialSource, CredentialText } from '../values.ts'
import { isNormalizedPath } from './path.ts'
import { isDescriptorName } from './stream.ts'

const isCredentialName = (name: string): boolean =>
  isDescriptorName(name) && !name.includes('/') && name !== '.' && name !== '..'

const problem = (message: string): Problem => ({ severity: 'error', message })

const nameField: WordRules = { quotes: false, escapes: false, separators: ':', keepsEmpty: true }

/** The name and what follows its colon. A backslash protects the next character of a name. */
const splitAtColon = (text: string): readonly [string, string | undefined] => {
  const name = nextWord(text, 0, nameField)
  if (name === undefined || name === 'invalid') return ['', undefined]
  return [name.word, name.next > text.length ? undefined : text.slice(name.next)]
}

/** `NAME:PATH`; without a path the name stands for a credential that the service manager itself was given. */
export const credentialSources: ValueType<readonly CredentialSource[]> = {
  name: 'NAME or NAME:PATH',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const expanded = context.expand(text)
    if ('problem' in expanded) return { value: previous, problem: problem(expanded.problem) }
    const [name, path = name] = splitAtColon(expanded.text)
    if (!isCredentialName(name))
      return { value: previous, problem: problem(`wants NAME:PATH, got "${text}"`) }
    if (path.startsWith('/') ? !isNormalizedPath(path) : !isCredentialName(path))
      return { value: previous, problem: problem(`wants an absolute path or a name, got "${path}"`) }
    const others = (previous ?? []).filter((each) => each.name !== name)
    return { value: [...others, { name, path }] }
  },
}

/** `NAME:TEXT`, with C escapes in the text. */
export const credentialTexts: ValueType<readonly CredentialText[]> = {
  name: 'NAME:TEXT',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const [name, written] = splitAtColon(text)
    const expandedName = context.expand(name)
    if ('problem' in expandedName) return { value: previous, problem: problem(expandedName.problem) }
    if (!written || !isCredentialName(expandedName.text))
      return { value: previous, problem: problem(`wants NAME:TEXT, got a text of ${text.length} characters`) }
    // Splitting at a character that is nowhere in the text leaves one word, with its escapes undone.
    const value = splitWords(written, {
      quotes: false,
      escapes: true,
      separators: '\0',
      allowsNul: true,
    })?.[0]
    if (value === undefined) return { value: previous, problem: problem('a backslash begins no escape') }
    const others = (previous ?? []).filter((each) => each.name !== expandedName.text)
    return { value: [...others, { name: expandedName.text, text: value }] }
  },
}
