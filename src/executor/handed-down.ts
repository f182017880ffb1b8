/**
 * Which controllers a cgroup hands down to those below it: all that the host has, but for those that DisableControllers=
 * withholds. Only slices are walked through: what lies below a delegated unit is its user's to divide.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type CgroupRoot, enableControllers, tryWrite, wordsIn } from './cgroup-root.ts'

export class HandedDown {
  readonly #root: CgroupRoot
  readonly #withheld = new Map<string, readonly string[]>()

  constructor(root: CgroupRoot) {
    this.#root = root
  }

  /** What the cgroup at a path should have in `cgroup.subtree_control`, as far as the one above it has that. */
  at(path: string): readonly string[] {
    const withheld = this.#withheld.get(path) ?? []
    return this.#root.controllers.filter((name) => !withheld.includes(name))
  }

  /** From now on, in all that is below as well; gives whether that is another decision than before. */
  withhold(path: string, names: readonly string[]): boolean {
    const before = this.at(path)
    if (names.length === 0) this.#withheld.delete(path)
    else this.#withheld.set(path, names)
    const isChange = before.join() !== this.at(path).join()
    this.#takeAway(path, names)
    if (isChange) this.#giveBack(path)
    return isChange
  }

  /** From the bottom up: a controller that is on further down can't be turned off (cgroups(7)). */
  #takeAway(path: string, names: readonly string[]): void {
    const file = join(path, 'cgroup.subtree_control')
    const on = names.filter((name) => wordsIn(file).includes(name))
    if (on.length === 0) return
    for (const slice of slicesIn(path)) this.#takeAway(slice, on)
    for (const name of on) tryWrite(file, `-${name}`)
  }

  /** From the top down. A cgroup that was never divided is not divided now. */
  #giveBack(path: string): void {
    if (!isDivided(path)) return
    enableControllers(path, this.at(path))
    for (const slice of slicesIn(path)) this.#giveBack(slice)
  }
}

const slicesIn = (path: string): readonly string[] => {
  if (!existsSync(path)) return []
  const folders = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.filter(({ name }) => name.endsWith('.slice')).map(({ name }) => join(path, name))
}

const isDivided = (path: string): boolean =>
  existsSync(path) && readdirSync(path, { withFileTypes: true }).some((entry) => entry.isDirectory())
