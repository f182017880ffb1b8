/** Signatures that the real git, ssh-keygen and gpg have made, judged as those programs judge them. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { SignatureVerdict } from '../../src/git/signature/signature.ts'
import { readTrustedKeys } from '../../src/git/signature/trusted-keys.ts'
import { GitSandbox } from '../support/git-sandbox.ts'
import { allowedSigners, type SigningKey, SigningKeys } from '../support/signing-keys.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

interface Bench {
  readonly directory: string
  readonly keys: SigningKeys
  readonly git: GitSandbox
}

const bench = (t: TestContext): Bench => {
  const directory = temporaryDirectory(t)
  const keys = new SigningKeys(directory)
  t.after(() => keys.end())
  return { directory, keys, git: GitSandbox.make(t) }
}

const signedCommit = ({ git }: Bench, key: SigningKey | undefined, subject = 'a change'): string => {
  git.git(...(key?.gitArguments ?? []), 'commit', '-q', '--allow-empty', '-m', subject)
  return git.git('rev-parse', 'HEAD')
}

const bytesOf = ({ git }: Bench, sha: string): Buffer =>
  execFileSync('git', ['-C', git.path, 'cat-file', 'commit', sha])

const timeOf = (commit: Buffer): number =>
  Number(/^committer .*> (\d+)/m.exec(commit.toString('latin1'))?.[1]) * 1000

interface Trust {
  readonly signers?: string
  readonly keyring?: Buffer
}

const judge = (place: Bench, commit: Buffer, { signers, keyring }: Trust): Promise<SignatureVerdict> => {
  const files = { signers: join(place.directory, 'allowed'), keyring: join(place.directory, 'ring') }
  if (signers !== undefined) writeFileSync(files.signers, signers)
  if (keyring !== undefined) writeFileSync(files.keyring, keyring)
  const keys = readTrustedKeys({
    allowedSigners: signers === undefined ? undefined : files.signers,
    gpgKeyring: keyring === undefined ? undefined : files.keyring,
  })
  return keys.verify(commit, timeOf(commit))
}

/** What git says of the same commit and the same file. */
const gitSays = ({ git, directory }: Bench, sha: string): boolean =>
  spawnSync('git', [
    '-C',
    git.path,
    '-c',
    `gpg.ssh.allowedSignersFile=${join(directory, 'allowed')}`,
    'verify-commit',
    sha,
  ]).status === 0

const kinds: readonly (readonly string[])[] = [
  ['-t', 'ed25519'],
  ['-t', 'rsa', '-b', '2048'],
  ['-t', 'ecdsa', '-b', '256'],
  ['-t', 'ecdsa', '-b', '384'],
  ['-t', 'ecdsa', '-b', '521'],
]

for (const kind of kinds)
  test(`a commit signed with ssh-keygen ${kind.join(' ')} is good for the key's owner and bad once a byte is changed`, async (t) => {
    const place = bench(t)
    const key = place.keys.ssh('ada', ...kind)
    // Numbers of a signature are shorter now and then: a few commits meet such ones.
    for (let round = 0; round < 8; round++) {
      const sha = signedCommit(place, key, `change ${round}`)
      const bytes = bytesOf(place, sha)
      const verdict = await judge(place, bytes, { signers: allowedSigners({ 'ada@example.org': key }) })
      assert.equal(verdict.kind, 'good', JSON.stringify(verdict))
      assert.equal(gitSays(place, sha), true)
      const changed = Buffer.from(bytes.toString('latin1').replace(`change ${round}`, 'changed!'), 'latin1')
      assert.deepEqual(await judge(place, changed, {}).then(({ kind }) => kind), 'bad')
      const again = await judge(place, changed, { signers: allowedSigners({ 'ada@example.org': key }) })
      assert.match(again.kind === 'bad' ? again.why : again.kind, /changed after signing/)
    }
  })

test('a key that nobody listed, an unsigned commit and a file signed for another purpose are not good', async (t) => {
  const place = bench(t)
  const [ada, eve] = [place.keys.ssh('ada'), place.keys.ssh('eve')]
  const trust = { signers: allowedSigners({ 'ada@example.org': ada }) }
  const byEve = signedCommit(place, eve)
  const verdict = await judge(place, bytesOf(place, byEve), trust)
  assert.match(verdict.kind === 'bad' ? verdict.why : verdict.kind, /is none of the allowed signers/)
  assert.equal(gitSays(place, byEve), false)
  const plain = bytesOf(place, signedCommit(place, undefined))
  assert.deepEqual(await judge(place, plain, trust), { kind: 'unsigned' })
  const forFiles = execFileSync(
    'ssh-keygen',
    ['-q', '-Y', 'sign', '-n', 'file', '-f', join(place.directory, 'ada')],
    { input: plain },
  )
  const header = `gpgsig ${forFiles.toString().trimEnd().replaceAll('\n', '\n ')}\n\n`
  const forged = Buffer.from(plain.toString('latin1').replace('\n\n', `\n${header}`), 'latin1')
  const purpose = await judge(place, forged, trust)
  assert.match(purpose.kind === 'bad' ? purpose.why : purpose.kind, /made for "file", not for git/)
})

test('times of a key, its namespaces and a second signature are judged as git judges them', async (t) => {
  const place = bench(t)
  const ada = place.keys.ssh('ada')
  const sha = signedCommit(place, ada)
  const bytes = bytesOf(place, sha)
  const judged = async (options: string): Promise<string> => {
    const verdict = await judge(place, bytes, { signers: `ada@example.org ${options}${ada.publicLine}\n` })
    assert.equal(gitSays(place, sha), verdict.kind === 'good', options)
    return verdict.kind === 'bad' ? verdict.why : verdict.kind
  }
  // Commits of these tests are of November 2023.
  assert.equal(await judged('valid-after="20230101" '), 'good')
  assert.equal(await judged('namespaces="file,git" '), 'good')
  assert.equal(await judged('namespaces="g*",valid-before="20240101Z" '), 'good')
  assert.match(await judged('valid-before="20230101" '), /no longer valid when the commit was made/)
  assert.match(await judged('valid-after="20240101" '), /not valid yet/)
  assert.match(await judged('namespaces="file" '), /may sign file only/)
  const text = bytes.toString('latin1')
  const header = /gpgsig [\s\S]*?END SSH SIGNATURE-----\n/.exec(text)![0]
  const twice = await judge(place, Buffer.from(text.replace(header, header + header), 'latin1'), {
    signers: allowedSigners({ ada }),
  })
  assert.match(twice.kind === 'bad' ? twice.why : twice.kind, /more than one signature/)
})

test('a file of signers that everybody may write to, or with a line that makes no sense, trusts nobody', async (t) => {
  const place = bench(t)
  const ada = place.keys.ssh('ada')
  const file = join(place.directory, 'allowed')
  const read = (): unknown => readTrustedKeys({ allowedSigners: file, gpgKeyring: undefined })
  writeFileSync(file, allowedSigners({ ada }))
  chmodSync(file, 0o666)
  assert.throws(read, /everybody may write to it/)
  chmodSync(file, 0o644)
  writeFileSync(file, `${allowedSigners({ ada })}eve cert-authority ${ada.publicLine}\n`)
  assert.throws(read, /allowed:2: cert-authority is not supported/)
})

test('an OpenPGP signature is good for a key of the keyring, armoured or not, and for no other', async (t) => {
  const place = bench(t)
  const [ada, eve] = [place.keys.gpg('ada@example.org'), place.keys.gpg('eve@example.org')]
  const keyring = place.keys.gpgRun('--export', 'ada@example.org')
  const armoured = place.keys.gpgRun('--armor', '--export', 'ada@example.org')
  const byAda = bytesOf(place, signedCommit(place, ada))
  for (const ring of [keyring, armoured]) {
    const verdict = await judge(place, byAda, { keyring: ring })
    assert.equal(verdict.kind === 'good' ? verdict.signer : JSON.stringify(verdict), 'ada@example.org')
  }
  const byEve = await judge(place, bytesOf(place, signedCommit(place, eve)), { keyring })
  assert.match(byEve.kind === 'bad' ? byEve.why : byEve.kind, /is not in the keyring/)
  const changed = Buffer.from(byAda.toString('latin1').replace('a change', 'no chance'), 'latin1')
  const verdict = await judge(place, changed, { keyring })
  assert.match(verdict.kind === 'bad' ? verdict.why : verdict.kind, /does not fit: it was changed/)
  const other = await judge(place, byAda, { signers: '' })
  assert.match(other.kind === 'bad' ? other.why : other.kind, /no gpg_keyring is configured/)
})

test('a revoked OpenPGP key signs no more', async (t) => {
  const place = bench(t)
  const ada = place.keys.gpg('ada@example.org')
  const bytes = bytesOf(place, signedCommit(place, ada))
  const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(
    place.keys.gpgRun('--with-colons', '--list-keys', 'ada@example.org').toString(),
  )![1]!
  const certificate = join(place.directory, 'gnupg', 'openpgp-revocs.d', `${fingerprint}.rev`)
  const text = execFileSync('sed', ['s/^:---/---/', certificate])
  writeFileSync(join(place.directory, 'revocation'), text)
  place.keys.gpgRun('--import', join(place.directory, 'revocation'))
  const revoked = await judge(place, bytes, { keyring: place.keys.gpgRun('--export', 'ada@example.org') })
  assert.match(revoked.kind === 'bad' ? revoked.why : revoked.kind, /was revoked/)
})
