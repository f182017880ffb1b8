import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { objection, parseAllowedSigners } from '../../../src/git/signature/allowed-signers.ts'
import { matchesPatternList } from '../../../src/git/signature/pattern-list.ts'
import { splitSignature } from '../../../src/git/signature/signed-commit.ts'
import { isSignatureOf, parseSshSignature } from '../../../src/git/signature/ssh-signature.ts'
import { wireString } from '../../../src/git/signature/wire-reader.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const point = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url')
const blob = Buffer.concat([wireString('ssh-ed25519'), wireString(point)])
const key = `ssh-ed25519 ${blob.toString('base64')}`

const refusals: readonly (readonly [string, RegExp])[] = [
  ['ada@example.org', /wants principals, options if any, the type of a key/],
  ['ada ssh-ed25519', /wants principals/],
  [`ada ssh-rsa ${blob.toString('base64')}`, /the key is of type ssh-ed25519, not ssh-rsa/],
  [`ada ssh-ed25519 ${blob.toString('base64').slice(0, -4)}`, /cut short/],
  ['ada ssh-ed25519 %%%%', /no proper base64/],
  [`ada cert-authority ${key}`, /cert-authority is not supported/],
  [`ada namespace="git" ${key}`, /is no option of a signer/],
  [`ada valid-before="soon" ${key}`, /is no time such as/],
  [`ada valid-before="20260231" ${key}`, /is no time such as/],
  [`ada valid-after="20270101Z",valid-before="20260101Z" ${key}`, /valid-before is not after valid-after/],
  [`ada namespaces="git",namespaces="file" ${key}`, /given twice/],
]

for (const [line, words] of refusals)
  test(`a line of signers that says "${line.slice(0, 40)}" trusts nobody`, () => {
    assert.throws(() => parseAllowedSigners(`# keys\n\n${line}\n`, '/etc/signers'), words)
    assert.throws(
      () => parseAllowedSigners(`# keys\n\n${line}\n`, '/etc/signers'),
      /^GitprocError: \/etc\/signers:3: /,
    )
  })

test('principals in quotes, options in any case and a comment at the end are read', () => {
  const [signer] = parseAllowedSigners(
    `"ada@example.org,*@ops" NAMESPACES="git,file",valid-after="20260101Z" ${key} ada's laptop`,
    'f',
  )
  assert.equal(signer?.principals, 'ada@example.org,*@ops')
  assert.equal(signer.validAfterMs, Date.UTC(2026, 0, 1))
  assert.equal(objection(signer, 'git', Date.UTC(2026, 0, 1)), undefined)
  assert.match(objection(signer, 'git', Date.UTC(2025, 11, 31))!, /not valid yet/)
})

test('patterns match as those of ssh do, and a negated one wins', () => {
  assert.equal(matchesPatternList('git', 'g?t'), true)
  assert.equal(matchesPatternList('git', '*,!git'), false)
  assert.equal(matchesPatternList('git', '!file'), false)
  assert.equal(matchesPatternList('a.b', 'a?b'), true)
  assert.equal(matchesPatternList('axb', 'a.b'), false)
})

const armoured = (bytes: Buffer): string =>
  `-----BEGIN SSH SIGNATURE-----\n${bytes.toString('base64')}\n-----END SSH SIGNATURE-----\n`

/** What a security token makes: it signs its application, its flags and a counter with the message. */
const tokenSignature = (flags: number): { readonly text: string; readonly message: Buffer } => {
  const message = Buffer.from('commit')
  const hash = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest()
  const application = 'ssh:'
  const keyBlob = Buffer.concat([
    wireString('sk-ssh-ed25519@openssh.com'),
    wireString(point),
    wireString(application),
  ])
  const fields = [wireString('git'), wireString(''), wireString('sha256')]
  const signed = Buffer.concat([Buffer.from('SSHSIG'), ...fields, wireString(hash(message))])
  const rest = Buffer.from([flags, 0, 0, 0, 9])
  const raw = sign(null, Buffer.concat([hash(application), rest, hash(signed)]), privateKey)
  const signature = Buffer.concat([wireString('sk-ssh-ed25519@openssh.com'), wireString(raw), rest])
  const version = Buffer.from([0, 0, 0, 1])
  const whole = Buffer.concat([
    Buffer.from('SSHSIG'),
    version,
    wireString(keyBlob),
    ...fields,
    wireString(signature),
  ])
  return { text: armoured(whole), message }
}

test('a security token must have been touched', () => {
  const touched = tokenSignature(1)
  assert.equal(isSignatureOf(parseSshSignature(touched.text), touched.message), true)
  assert.equal(isSignatureOf(parseSshSignature(touched.text), Buffer.from('commit!')), false)
  const untouched = tokenSignature(0)
  assert.equal(isSignatureOf(parseSshSignature(untouched.text), untouched.message), false)
})

test('bytes that are no signature are refused with words, never with a crash', () => {
  const whole = Buffer.from(tokenSignature(1).text.split('\n')[1]!, 'base64')
  fc.assert(
    fc.property(
      fc.nat(whole.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      (at, flip, cuts) => {
        const bytes = cuts ? whole.subarray(0, at) : Buffer.from(whole)
        if (!cuts) bytes[at]! ^= flip
        try {
          assert.equal(isSignatureOf(parseSshSignature(armoured(bytes)), Buffer.from('commit')), false)
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error))
        }
      },
    ),
  )
})

test('a commit is put together again from what was signed and its signature', () => {
  const headers = ['tree 1', 'author A <a@b> 1 +0000', 'committer A <a@b> 1 +0000']
  const commit = [
    ...headers,
    'gpgsig -----BEGIN',
    ' line',
    ' ',
    ' -----END',
    '',
    'gpgsig no header',
    ' text',
  ].join('\n')
  const { payload, signature, signatures } = splitSignature(Buffer.from(commit))
  assert.equal(payload.toString(), [...headers, '', 'gpgsig no header', ' text'].join('\n'))
  assert.deepEqual([signature, signatures], ['-----BEGIN\nline\n\n-----END\n', 1])
})
