/** The file system for isomorphic-git, whose files appear complete: the library writes in place, and we may be killed there. */
import { randomBytes } from 'node:crypto'
import type fs from 'node:fs'
import { dirname, join } from 'node:path'

type Files = Pick<typeof fs, 'promises'>

export const wholeFiles = ({ promises }: Files): Files => ({
  promises: {
    ...promises,
    writeFile: async (path, data, options) => {
      const file = String(path)
      // The name is one that `git gc` takes away, and that nobody reads as a pack.
      const temporary = join(dirname(file), `tmp_obj_${randomBytes(6).toString('hex')}`)
      try {
        await promises.writeFile(temporary, data, options)
        const handle = await promises.open(temporary, 'r+')
        await handle.sync().finally(() => handle.close())
        await promises.rename(temporary, file)
      } catch (error) {
        await promises.rm(temporary, { force: true })
        throw error
      }
    },
  },
})
