/** What others do to the files of a log while a service writes to them, and what a disk may do. */
import assert from 'node:assert/strict'
import { appendFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { RotationModes } from '../../src/logs/rotation-modes.ts'
import { begin, linesOf, logsDirectory, messages, startCapture, unit } from '../support/kept-logs.ts'

test('a log that somebody replaced goes on with the new file, and what runs later is not mixed with it', async (t) => {
  const { directory, capture, files } = await begin(t)
  appendFileSync(files.stdout, 'old\n')
  capture.note(unit, 'replaced')
  renameSync(files.stdout, `${files.stdout}.old`)
  appendFileSync(files.stdout, 'written to the new file\n')
  capture.mark(unit, 'later', undefined)
  appendFileSync(files.stdout, 'later\n')
  capture.note(unit, 'that is all')
  const lines = await linesOf(directory)
  assert.deepEqual(messages(lines), ['replaced', 'written to the new file', 'later', 'that is all'])
  assert.deepEqual(
    lines.map((line) => line.invocation),
    [undefined, undefined, 'later', 'later'],
  )
})

test('a log directory that somebody removed is made anew with the next start', async (t) => {
  const { directory, capture, files } = await begin(t)
  appendFileSync(files.stdout, 'gone\n')
  capture.note(unit, 'before')
  rmSync(join(directory, unit), { recursive: true })
  capture.note(unit, 'exited')
  await capture.open(unit)
  capture.mark(unit, 'next', undefined)
  appendFileSync(files.stdout, 'here\n')
  capture.note(unit, 'that is all')
  const lines = await linesOf(directory)
  assert.deepEqual(messages(lines), ['exited', 'here', 'that is all'])
  assert.equal(lines[1]?.invocation, 'next')
})

test('a link to a directory elsewhere is a log like any other', async (t) => {
  const { directory, files } = await begin(t)
  appendFileSync(files.stdout, 'far away\n')
  renameSync(join(directory, unit), `${directory}.elsewhere`)
  t.after(() => rmSync(`${directory}.elsewhere`, { recursive: true }))
  symlinkSync(`${directory}.elsewhere`, join(directory, unit))
  assert.deepEqual(messages(await linesOf(directory)), ['far away'])
})

test('a damaged note of the last rotation keeps no service from starting, and no line from being read', async (t) => {
  const { directory, capture, files } = await begin(t)
  appendFileSync(files.stdout, 'still there\n')
  capture.note(unit, 'that is all')
  await capture.close()
  for (const text of ['', '{"ver', 'null', '{"shift":"x"}']) {
    writeFileSync(`${files.stdout}.head`, text)
    assert.deepEqual(messages(await linesOf(directory)), ['still there', 'that is all'])
    const next = startCapture(directory)
    await next.open(unit)
    await next.close()
    assert.deepEqual(messages(await linesOf(directory)), ['still there', 'that is all'])
  }
})

test('a damaged archive is named, and what came after it is read', async (t) => {
  const { directory, capture, files } = await begin(t)
  appendFileSync(files.stdout, 'an older line\nthe newest line\n')
  capture.note(unit, 'that is all')
  await capture.close()
  const archive = join(directory, unit, 'out.0000000000000000-0000000000004096.zst')
  writeFileSync(archive, 'neither ours nor whole')
  writeFileSync(`${files.stdout}.head`, JSON.stringify({ version: 1, shift: 4096, start: 4096 }))
  await assert.rejects(linesOf(directory), { code: 'logs/damaged' })
  assert.deepEqual(messages(await linesOf(directory, { lines: 1, streams: ['out'] })), ['the newest line'])
})

test('where it could not be found out how to rotate, as on a full disk, it is tried again', async (t) => {
  const directory = logsDirectory(t)
  const file = join(directory, 'file')
  writeFileSync(file, '')
  const modes = new RotationModes({ log: silentLog })
  await assert.rejects(modes.of(file), { code: 'ENOTDIR' })
  assert.match(await modes.of(directory), /^(collapse|punch|truncate)$/)
})
