import assert from 'node:assert/strict'
import { test } from 'node:test'
import { programFailure } from '../../../src/git/remote/program-failure.ts'
import { parseRemoteUrl } from '../../../src/git/remote/remote-url.ts'

const url = parseRemoteUrl('ssh://git@git.example.org:2222/shop.git')
const limits = { timeoutMs: 60_000, maxBytes: 2 ** 20 }

const failure = (stderr: string, ran: { status?: number; wasAborted?: boolean } = {}) =>
  programFailure({ stdout: '', stderr, status: 128, wasAborted: false, ...ran }, url, limits)

const general = `fatal: Could not read from remote repository.

Please make sure you have the correct access rights
and the repository exists.
`

/** What git 2.39 and OpenSSH 9.2 say. */
const said: readonly (readonly [string, string, RegExp])[] = [
  [
    'No ED25519 host key is known for [git.example.org]:2222 and you have requested strict checking.\nHost key verification failed.\n',
    'git/host-key',
    /nobody has accepted it yet/,
  ],
  [
    '@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.\n',
    'git/host-key',
    /it was changed/,
  ],
  [
    'git@git.example.org: Permission denied (publickey).\n',
    'git/unauthorized',
    /Permission denied \(publickey\)/,
  ],
  [
    'ssh: Could not resolve hostname git.example.org: Name or service not known\n',
    'git/unreachable',
    /its name is not known/,
  ],
  [
    'ssh: connect to host git.example.org port 2222: Connection refused\n',
    'git/unreachable',
    /it refuses connections/,
  ],
  [
    'ssh: connect to host git.example.org port 2222: Connection timed out\n',
    'git/unreachable',
    /did not answer in time/,
  ],
  [
    "fatal: '/shop.git' does not appear to be a git repository\n",
    'git/no-repository',
    /there is no repository/,
  ],
  [
    'error: file write error: No space left on device\nfatal: unable to write file\n',
    'git/unwritable',
    /no space is left/,
  ],
  ['fatal: write error: File too large\n', 'git/too-large', /more than 1 MiB/],
  [
    "timeout: failed to run command 'git': No such file or directory\n",
    'git/no-program',
    /git is not installed/,
  ],
  ['/x/ssh.sh: 14: exec: ssh: not found\n', 'git/no-program', /ssh is not installed/],
  [
    ' ! [rejected]        x -> main (fetch first)\nerror: failed to push some refs\n',
    'git/moved',
    /moved there meanwhile/,
  ],
  [
    ' ! [remote rejected] x -> main (pre-receive hook declined)\nerror: failed to push some refs\n',
    'git/rejected',
    /hook declined/,
  ],
]

test('what git and ssh say becomes a stable code and a sentence', () => {
  for (const [stderr, code, sentence] of said) {
    const error = failure(stderr + general)
    assert.equal(error.code, code, stderr)
    assert.match(error.message, sentence)
    assert.ok(error.remedy, stderr)
  }
})

test('a host key is accepted under the name that ssh looks it up by', () => {
  assert.match(
    failure('Host key verification failed.').remedy ?? '',
    /gitproc hostkey accept git\.example\.org:2222/,
  )
})

test('time that is up is said to be so, whatever was printed before', () => {
  for (const ran of [{ status: 124 }, { wasAborted: true }])
    assert.match(failure('Connection refused', ran).message, /did not answer in time/)
})

test('words that nobody foresaw are passed on without the general advice', () => {
  assert.match(failure(`remote: the moon is full\n${general}`).message, /cannot reach .*: the moon is full$/)
})
