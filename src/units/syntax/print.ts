/** Sections and assignments → text that parses to the same again. */
import type { UnitFile } from './unit-file.ts'

export const printUnitFile = (file: Pick<UnitFile, 'sections'>): string =>
  file.sections
    .map(({ name, assignments }) =>
      [`[${name}]`, ...assignments.map(({ key, text }) => `${key}=${text}`), ''].join('\n'),
    )
    .join('\n')
