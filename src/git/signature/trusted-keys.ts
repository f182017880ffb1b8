/** The keys that are trusted here, from their files, and the question that is put to them: who signed this commit? */
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { GitprocError } from '../../base/error.ts'
import { type AllowedSigner, objection, parseAllowedSigners } from './allowed-signers.ts'
import { binaryKeyring, isGpgSignature, verifyGpg } from './gpg.ts'
import { bad, type SignatureVerdict } from './signature.ts'
import { splitSignature } from './signed-commit.ts'
import { fingerprint } from './ssh-key.ts'
import { isSignatureOf, isSshSignature, parseSshSignature } from './ssh-signature.ts'

export interface KeyFiles {
  /** As of `gpg.ssh.allowedSignersFile` of git. */
  readonly allowedSigners: string | undefined
  /** What `gpg --export` wrote, armoured or not. */
  readonly gpgKeyring: string | undefined
}

export interface TrustedKeys {
  /** Changes whenever one of the files says something else. */
  readonly id: string
  /** The commit's bytes as git holds them, and when it says it was made: that is the time at which its key must be valid. */
  verify(commit: Buffer, committedAtMs: number): Promise<SignatureVerdict>
}

/** What git names as the purpose of its signatures. */
const purpose = 'git'

/** Reads the files anew. Fails `config/invalid` where one is missing, makes no sense, or could be written by anybody. */
export const readTrustedKeys = (files: KeyFiles): TrustedKeys => {
  const signerBytes = files.allowedSigners === undefined ? undefined : readKeyFile(files.allowedSigners)
  const keyringBytes = files.gpgKeyring === undefined ? undefined : readKeyFile(files.gpgKeyring)
  const signers = parseAllowedSigners(signerBytes?.toString('utf8') ?? '', files.allowedSigners ?? '')
  const keyring = keyringBytes && asKeyring(keyringBytes, files.gpgKeyring!)
  const id = createHash('sha256')
    .update(signerBytes ?? '')
    .update('\0')
    .update(keyringBytes ?? '')
    .digest('hex')
  return { id, verify: (commit, committedAtMs) => verifyCommit({ signers, keyring }, commit, committedAtMs) }
}

interface Keys {
  readonly signers: readonly AllowedSigner[]
  readonly keyring: Buffer | undefined
}

const verifyCommit = async (keys: Keys, commit: Buffer, atMs: number): Promise<SignatureVerdict> => {
  const { payload, signature, signatures } = splitSignature(commit)
  if (signature === undefined) return { kind: 'unsigned' }
  if (signatures > 1) return bad('it has more than one signature')
  if (isSshSignature(signature)) return verifySsh(keys.signers, { signature, payload, atMs })
  if (!isGpgSignature(signature)) return bad('its signature is neither of SSH nor of OpenPGP')
  if (keys.keyring === undefined) return bad('it has an OpenPGP signature, and no gpg_keyring is configured')
  return verifyGpg(keys.keyring, signature, payload)
}

interface SignedText {
  readonly signature: string
  readonly payload: Buffer
  readonly atMs: number
}

const verifySsh = (
  signers: readonly AllowedSigner[],
  { signature, payload, atMs }: SignedText,
): SignatureVerdict => {
  try {
    const found = parseSshSignature(signature)
    if (found.namespace !== purpose)
      return bad(`its SSH signature was made for "${found.namespace.slice(0, 40)}", not for git`)
    if (!isSignatureOf(found, payload))
      return bad('its SSH signature does not fit: it was changed after signing')
    return trusted(signers, found.keyBlob, atMs)
  } catch (error) {
    if (error instanceof RangeError) return bad(`its SSH signature cannot be read: ${error.message}`)
    throw error
  }
}

/** The first line that allows it decides; otherwise the first that has the key says why not. */
const trusted = (signers: readonly AllowedSigner[], keyBlob: Buffer, atMs: number): SignatureVerdict => {
  const key = fingerprint(keyBlob)
  const ofKey = signers.filter((signer) => signer.keyBlob.equals(keyBlob))
  const objections = ofKey.map((signer) => objection(signer, purpose, atMs))
  const allowed = ofKey[objections.indexOf(undefined)]
  if (allowed !== undefined) return { kind: 'good', signer: allowed.principals, key }
  return bad(objections[0] ?? `its SSH key ${key} is none of the allowed signers`)
}

const asKeyring = (bytes: Buffer, path: string): Buffer => {
  try {
    return binaryKeyring(bytes)
  } catch (error) {
    throw unusable(path, (error as Error).message)
  }
}

const readKeyFile = (path: string): Buffer => {
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    if (isOpenToAll(fstatSync(fd))) throw unusable(path, 'everybody may write to it', `chmod go-w ${path}`)
    return readFileSync(fd)
  } catch (error) {
    if (error instanceof GitprocError) throw error
    throw unusable(path, (error as Error).message)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

const isOpenToAll = ({ mode }: Stats): boolean => (mode & 0o002) !== 0

const unusable = (path: string, why: string, remedy = `check it: ls -l ${path}`): GitprocError =>
  new GitprocError('config/invalid', `the trusted keys in ${path} cannot be used: ${why}`, {
    remedy,
    data: { path },
  })
