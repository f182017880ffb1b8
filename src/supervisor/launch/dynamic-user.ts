/**
 * DynamicUser=: a uid of the service's own, without an entry in passwd. It comes of the name, so that it stays the same from
 * run to run and its folders stay its own; a file for each uid keeps two names from ever having one.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadedUnit } from '../../units/loaded-unit.ts'
import type { Accounts, User } from './accounts.ts'
import { LaunchProblem } from './launch-problem.ts'

/** The range that systemd keeps for them (systemd.io, UIDS-GIDS). */
const range = { from: 61_184, to: 65_519 }

/** `folder`: where the uids are noted; made if missing. */
export async function dynamicUser(unit: LoadedUnit, accounts: Accounts, folder: string): Promise<User> {
  const name = unit.service?.User ?? dynamicName(unit.name)
  await mkdir(folder, { recursive: true, mode: 0o755 })
  for (const uid of candidates(name)) {
    if ((await claim(join(folder, String(uid)), name)) && (await isFree(uid, accounts)))
      return { name, uid, gid: uid, home: '/', shell: '/usr/sbin/nologin', isDynamic: true }
  }
  throw new LaunchProblem('USER', 'DynamicUser=: every uid from 61184 to 65519 is taken')
}

/** `web@a.service` → `web-a`: what may stand in $USER. */
const dynamicName = (unit: string): string =>
  unit
    .replace(/\.service$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 31)

/** All of the range, from the one that the name comes to. */
export function* candidates(name: string): Generator<number> {
  const size = range.to - range.from + 1
  const start = hash(name) % size
  for (let step = 0; step < size; step += 1) yield range.from + ((start + step) % size)
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0
  return value
}

/** Whether the uid is that name's, from now on or already. */
async function claim(file: string, name: string): Promise<boolean> {
  try {
    await writeFile(file, name, { flag: 'wx', mode: 0o644 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return (await readFile(file, 'utf8')) === name
  }
}

const isFree = async (uid: number, accounts: Accounts): Promise<boolean> =>
  (await accounts.user(String(uid)))?.name === undefined
