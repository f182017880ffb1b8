/**
 * What a test has outside of its temporary directory, told to the runner, which looks at the end whether it is gone:
 * cgroups, and folders that services with a /tmp of their own must see.
 */
import { appendFileSync } from 'node:fs'

/** Without a runner (`node --test FILE`) nobody looks. */
export const toBeGone = (path: string): void => {
  const list = process.env['GITPROC_TEST_OUTSIDE']
  if (list !== undefined) appendFileSync(list, `${path}\n`)
}
