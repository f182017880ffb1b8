/** Shell patterns, `web*[0-9]`, as fnmatch(3) has them: `*` matches slashes and leading dots too. */

/** Whether the whole text matches. */
export const matchesGlob = (pattern: string, text: string, ignoreCase = false): boolean =>
  new RegExp(`^(?:${toRegExp(pattern)})$`, ignoreCase ? 'isu' : 'su').test(text)

const toRegExp = (pattern: string): string =>
  pattern.replace(
    /\\(.)|\[([!^]?)(\]?[^\]]*)\]|([*?])|(.)/gsu,
    (whole, escaped, not, members, wild, other) => {
      if (wild !== undefined) return wild === '*' ? '.*' : '.'
      // A range such as `[z-a]` has no meaning as a set: then the bracket is one like any other character.
      if (members !== undefined) return setOf(not === '' ? '' : '^', members) ?? literal(whole)
      return literal(escaped ?? other)
    },
  )

const setOf = (not: string, members: string): string | undefined => {
  const set = `[${not}${members.replace(/[\\[\]^&|]/g, '\\$&')}]`
  try {
    return new RegExp(set, 'u').source
  } catch {
    return undefined
  }
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
