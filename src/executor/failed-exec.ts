/**
 * Tells a service that returned 126 or 127 from a tool of the chain that could not execute it, or could not become the
 * user: those return the same. Asked only then, by doing it once more with a program that only tests.
 */
import { execFile } from 'node:child_process'
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import type { ExitRecord } from '../base/exit.ts'
import { encodeBytes } from '../base/lossless-text.ts'
import { isConfineLink } from './confine-arguments.ts'
import { folderOf } from './exec-chain.ts'
import { type FailedStep, failedStepCodes } from './failed-step.ts'
import { failedRecord } from './records.ts'
import type { SavedLaunch } from './run-directory.ts'

/** Undefined where the record says what happened. */
export function examineExit(record: ExitRecord, launch: SavedLaunch): Promise<ExitRecord> | undefined {
  const { exit } = record
  if (record.failedStep !== undefined || exit.kind !== 'exited') return undefined
  // The helper that confines says itself what it could not do.
  if (launch.links.some(isConfineLink)) return undefined
  const privileges = launch.links.find(([tool]) => tool?.endsWith('/setpriv')) ?? []
  if (exit.code === failedStepCodes.CHDIR) return examineFolder(record, launch, privileges)
  if (exit.code !== 126 && exit.code !== 127) return undefined
  return testExecutable(privileges, launch.spec.command.path).then((failure) =>
    failure === undefined ? record : { ...failedRecord(failure.step, record.atMs), failedWhy: failure.why },
  )
}

/** 200 may be the service's own; it is not where its user can't enter the folder. */
function examineFolder(
  record: ExitRecord,
  { links }: SavedLaunch,
  privileges: readonly string[],
): Promise<ExitRecord> | undefined {
  const folder = links.map(folderOf).find((path) => path !== undefined)
  if (folder === undefined) return undefined
  const [file = '', ...words] = [...privileges, '/usr/bin/env', '-C', folder, '/bin/true']
  return new Promise((resolve) => {
    execFile(file, words, { env: {}, cwd: '/' }, (error, _stdout, stderr) => {
      const why = stderr.trim().replace(/^\S+: /, '')
      resolve(error === null ? record : { ...failedRecord('CHDIR', record.atMs), failedWhy: why })
    })
  })
}

interface Failure {
  readonly step: FailedStep
  readonly why: string
}

function testExecutable(privileges: readonly string[], path: string): Promise<Failure | undefined> {
  if (!existsSync(Buffer.from(encodeBytes(path))))
    return Promise.resolve({ step: 'EXEC', why: 'no such file' })
  // No argument of node's can hold such a path: what the record says has to do.
  if (!path.isWellFormed()) return Promise.resolve(undefined)
  const [file = '', ...words] = [...privileges, '/usr/bin/test', '-f', path, '-a', '-x', path]
  return new Promise((resolve) => {
    execFile(file, words, { env: {}, cwd: '/' }, (error, _stdout, stderr) => {
      if (error === null) resolve(missingInterpreter(path))
      else if (error.code === 1) resolve({ step: 'EXEC', why: 'not an executable file, or no permission' })
      else resolve({ step: 'USER', why: stderr.trim().replace(/^setpriv: /, '') })
    })
  })
}

/** The kernel says "no such file" of a script whose interpreter is not there. */
function missingInterpreter(path: string): Failure | undefined {
  const interpreter = /^#![ \t]*(\S+)/.exec(firstBytes(path))?.[1]
  if (interpreter === undefined || existsSync(interpreter)) return undefined
  return { step: 'EXEC', why: `its interpreter ${interpreter} does not exist` }
}

function firstBytes(path: string): string {
  const buffer = Buffer.alloc(256)
  try {
    const descriptor = openSync(path, 'r')
    const length = readSync(descriptor, buffer)
    closeSync(descriptor)
    return buffer.toString('latin1', 0, length)
  } catch {
    return ''
  }
}
