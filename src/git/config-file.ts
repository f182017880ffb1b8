/** The repository's own `config` (git-config(1)), as far as we need it: keys in lower case, the last value wins. */

/** `section.key` or `section.subsection.key` → value; a key without `=` is `true`. */
export const parseGitConfig = (text: string): ReadonlyMap<string, string> => {
  const values = new Map<string, string>()
  let section = ''
  for (const line of text.replace(/\\\r?\n/g, '').split(/\r?\n/)) {
    const header = /^\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line)
    if (header !== null)
      section = [header[1]?.toLowerCase(), header[2]?.replace(/\\(.)/g, '$1')].filter(Boolean).join('.')
    const setting = /^\s*([A-Za-z][\w-]*)\s*(?:=\s*(.*))?$/.exec(
      header === null ? line : line.slice(header[0].length),
    )
    if (setting !== null) values.set(`${section}.${setting[1]?.toLowerCase()}`, unquote(setting[2] ?? 'true'))
  }
  return values
}

export const isTrue = (value: string | undefined): boolean => /^(true|yes|on|1)$/i.test(value ?? '')

/** Takes quotes, escapes and a trailing comment away. */
const unquote = (raw: string): string => {
  let value = ''
  let quoted = false
  for (const [token] of raw.matchAll(/\\.|[\s\S]/g)) {
    if (token === '"') quoted = !quoted
    else if (!quoted && (token === '#' || token === ';')) break
    else value += token.length === 2 ? unescaped(token) : token
  }
  return quoted ? value : value.trim()
}

const unescaped = (token: string): string =>
  ({ '\\n': '\n', '\\t': '\t', '\\b': '\b' })[token] ?? token.slice(1)
