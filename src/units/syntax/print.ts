/** Sections and assignments → text that parses to the same again. */
import type { UnitFile } from './unit-file.ts'

/** A value that ends in a backslash gets a blank behind it, or the line would be continued. */
export const printUnitFile = ({ sections }: Pick<UnitFile, 'sections'>): string =>
  (needsMark(sections) ? mark : '') +
  sections
    .map(({ name, assignments }) =>
      [
        `[${name}]`,
        ...assignments.map(({ key, text }) => `${key}=${text}${text.endsWith('\\') ? ' ' : ''}`),
        '',
      ].join('\n'),
    )
    .join('\n')

const mark = '\ufeff'

/** One byte order mark at the beginning of a line is taken for what it is: a second one then belongs to the key. */
const needsMark = (sections: UnitFile['sections']): boolean =>
  sections.some(({ assignments }) => assignments.some(({ key }) => key.startsWith(mark)))
