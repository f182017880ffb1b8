import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { emitKeypressEvents, type Key } from 'node:readline'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { keyName } from '../../../src/cli/top/keys.ts'

/** What a terminal sends, through the decoder that top uses. */
const namesOf = async (bytes: string): Promise<readonly string[]> => {
  const input = new PassThrough()
  emitKeypressEvents(input)
  const names: string[] = []
  input.on('keypress', (text: string | undefined, key: Key) => names.push(keyName(text, key)))
  const last = EventEmitter.once(input, 'keypress')
  input.write(bytes)
  await last
  return names
}

describe('the names of keys', () => {
  for (const [bytes, names] of [
    ['q', ['q']],
    ['G', ['G']],
    ['/wéb', ['/', 'w', 'é', 'b']],
    [' ', [' ']],
    ['\x1b[A\x1b[B', ['up', 'down']],
    ['\x1bOA', ['up']],
    ['\x1b[5~\x1b[6~', ['pageup', 'pagedown']],
    ['\x1b[H\x1b[F', ['home', 'end']],
    ['\r', ['return']],
    ['\n', ['return']],
    ['\x7f', ['backspace']],
    ['\x03\x1a\x0c', ['ctrl+c', 'ctrl+z', 'ctrl+l']],
    ['\x1bOP\x1b[20~', ['f1', 'f9']],
    ['\x1bq', ['']],
  ] as const)
    test(`${JSON.stringify(bytes)} is ${names.map((name) => name || 'nothing').join(', ')}`, async () => {
      assert.deepEqual(await namesOf(bytes), names)
    })

  test('an Escape alone is one', async () => assert.deepEqual(await namesOf('\x1b'), ['escape']))
})
