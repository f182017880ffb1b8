/**
 * Command lines, really run: what each process received and how its unit ended, against systemd's own answers. The rows name
 * absolute paths, so all of it happens in a mount namespace of its own: the host sees none of the files.
 */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { defaultPath } from '../../src/units/environment.ts'
import type { TableResult } from './table-result.ts'

const table = 'command lines (really run)'

export const run = async (): Promise<readonly TableResult[]> => {
  const skipped = whyNot()
  if (skipped !== undefined) return [{ table, passed: 0, failures: [], skipped }]
  const folder = mkdtempSync(join(tmpdir(), 'gitproc-oracle-'))
  try {
    const dumper = join(folder, 'argv-dump')
    const source = join(import.meta.dirname, 'fixtures', 'argv-dump.c')
    execFileSync('cc', ['-O1', '-o', dumper, '-DRECORDS="/run/argv-dump"', source])
    return await runInside(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const whyNot = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'only root can start processes as other users'
  if (existsSync('/usr/bin/argv-dump')) return 'this host has a /usr/bin/argv-dump of its own'
  if (!succeeds('cc', '--version')) return 'there is no C compiler to build the dumper with'
  return succeeds('unshare', '--mount', 'true') ? undefined : 'no mount namespace can be made here'
}

const succeeds = (file: string, ...words: readonly string[]): boolean => {
  try {
    execFileSync(file, words, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** With the environment that a manager has: what PassEnvironment= passes is a part of the rows. */
const runInside = async (folder: string): Promise<readonly TableResult[]> => {
  const inside = join(import.meta.dirname, 'really-run-inside.ts')
  const words = ['--mount', '--propagation', 'private', process.execPath, inside, folder]
  const entry = process.env['GITPROC_ENTRY']
  const env = { PATH: defaultPath, ...(entry === undefined ? {} : { GITPROC_ENTRY: entry }) }
  const options = { env, cwd: '/', maxBuffer: 64 * 1024 * 1024 }
  const { stdout } = await promisify(execFile)('/usr/bin/unshare', words, options)
  return JSON.parse(stdout) as readonly TableResult[]
}
