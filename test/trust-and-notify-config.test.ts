/** What the configuration of trust and of notifications refuses, with words. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '../src/config.ts'

/** No file of this host is read: every value comes from these variables. */
const config = (settings: Readonly<Record<string, string>>) => {
  const variables = Object.entries(settings).map(([key, value]) => [`GITPROC_${key}`, value])
  return loadConfig({ config: '/dev/null' }, { HOME: '/nonexistent', ...Object.fromEntries(variables) })
}

const refusals: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
  [{ VERIFY_COMMITS: 'all' }, /verify_commits = all, and nobody's keys are trusted/],
  [{ VERIFY_COMMITS: 'some' }, /one of off, head, all, got "some"/],
  [{ ON_FORCE_PUSH: 'ask' }, /one of follow, refuse, got "ask"/],
  [{ NOTIFY_WEBHOOK: 'ops.example.org' }, /wants a URL of http or https/],
  [{ NOTIFY_WEBHOOK: 'file:///etc/passwd' }, /wants a URL of http or https/],
  [{ NOTIFY_WEBHOOK: 'https://ada:secret@ops.example.org' }, /no place for a secret/],
  [{ NOTIFY_COMMAND: 'tell --to ops' }, /absolute path of a program/],
  [{ NOTIFY_COMMAND: '/bin/tell "open' }, /absolute path of a program/],
  [{ NOTIFY_ON: 'generation weather' }, /some of generation, unit, source, got "weather"/],
  [{ GIT_NOTES: 'maybe' }, /yes or no/],
]

for (const [settings, words] of refusals)
  test(`a configuration with ${Object.entries(settings).flat().join(' = ')} is refused`, () => {
    assert.throws(() => config(settings), words)
  })

test('nothing is demanded and nobody is told unless somebody says so', () => {
  const { trust, notify } = config({})
  assert.deepEqual(
    [trust.verifyCommits, trust.onForcePush, trust.keyFiles.allowedSigners],
    ['off', 'follow', undefined],
  )
  const { webhook, slackUrlFile, command, writesNotes } = notify
  assert.deepEqual([webhook, slackUrlFile, command, writesNotes], [undefined, undefined, undefined, false])
  assert.equal(notify.topics.size, 5)
})

test('a command is an argument list, and files are absolute', () => {
  const { trust, notify } = config({
    VERIFY_COMMITS: 'head',
    ALLOWED_SIGNERS: 'keys/signers',
    NOTIFY_COMMAND: `/bin/tell "two words" 'it''s'`,
    NOTIFY_ON: 'unit',
  })
  assert.equal(trust.keyFiles.allowedSigners, `${process.cwd()}/keys/signers`)
  assert.deepEqual(notify.command?.slice(0, 2), ['/bin/tell', 'two words'])
  assert.deepEqual([...notify.topics], ['unit-failed', 'unit-recovered'])
})
