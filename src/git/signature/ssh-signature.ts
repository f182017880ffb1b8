/** Signatures of files by SSH keys: what `ssh-keygen -Y sign` makes and git puts into commits (PROTOCOL.sshsig of OpenSSH). */
import { createHash, type KeyObject, verify } from 'node:crypto'
import { curveBytes, parseSshKey, type SshKey } from './ssh-key.ts'
import { WireReader, wireString } from './wire-reader.ts'

export interface SshSignature {
  /** The signer's public key, as it stands in files of keys. */
  readonly keyBlob: Buffer
  readonly key: SshKey
  readonly namespace: string
  readonly hash: 'sha256' | 'sha512'
  readonly reserved: Buffer
  readonly signature: Buffer
}

const magic = 'SSHSIG'
const begin = '-----BEGIN SSH SIGNATURE-----'
const armour = /^-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\s]+)\n-----END SSH SIGNATURE-----\s*$/
/** A touch of the token is asked for: a program alone must not be able to sign. */
const userPresent = 0x01

export const isSshSignature = (text: string): boolean => text.startsWith(begin)

/** Throws RangeError, with words, where it is none. */
export const parseSshSignature = (text: string): SshSignature => {
  const base64 = armour.exec(text)?.[1]
  if (base64 === undefined) throw new RangeError('its armour is damaged')
  const reader = new WireReader(Buffer.from(base64, 'base64'))
  if (reader.take(magic.length).toString('latin1') !== magic) throw new RangeError('it does not begin as one')
  const version = reader.uint32()
  if (version !== 1) throw new RangeError(`it is of version ${version}, 1 is known`)
  const keyBlob = reader.string()
  const namespace = reader.string().toString('utf8')
  const reserved = reader.string()
  const hash = hashNamed(reader.text())
  const signature = reader.string()
  reader.end()
  return { keyBlob, key: parseSshKey(keyBlob), namespace, hash, reserved, signature }
}

/** Whether the key in the signature has signed these bytes; whether that key is trusted is another question. */
export const isSignatureOf = (found: SshSignature, payload: Uint8Array): boolean => {
  const { namespace, reserved, hash, key, signature } = found
  const signed = Buffer.concat([
    Buffer.from(magic),
    wireString(namespace),
    wireString(reserved),
    wireString(hash),
    wireString(createHash(hash).update(payload).digest()),
  ])
  const reader = new WireReader(signature)
  const algorithm = reader.text()
  const bytes = reader.string()
  const message = key.application === undefined ? signed : tokenMessage(key.application, reader, signed)
  reader.end()
  return message !== undefined && isSigned(key, { algorithm, bytes }, message)
}

const hashNamed = (name: string): 'sha256' | 'sha512' => {
  if (name === 'sha256' || name === 'sha512') return name
  throw new RangeError(`its hash ${name.slice(0, 20)} is none of sha256, sha512`)
}

/** What a security token signs in the place of the message; undefined where nobody touched it. */
const tokenMessage = (application: string, reader: WireReader, message: Buffer): Buffer | undefined => {
  const flags = reader.take(1)
  const counter = reader.take(4)
  if (((flags[0] ?? 0) & userPresent) === 0) return undefined
  return Buffer.concat([sha256(application), flags, counter, sha256(message)])
}

interface RawSignature {
  readonly algorithm: string
  readonly bytes: Buffer
}

const rsaHashes: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' }
const curveHashes: Readonly<Record<number, string>> = { 32: 'sha256', 48: 'sha384', 66: 'sha512' }

const isSigned = ({ type, key }: SshKey, { algorithm, bytes }: RawSignature, message: Buffer): boolean => {
  if (type === 'ssh-rsa') return isSignedByRsa(key, { algorithm, bytes }, message)
  if (algorithm !== type) return false
  const size = curveBytes(type)
  if (size === undefined) return verify(null, message, key, bytes)
  const pair = pairOf(bytes, size)
  const hash = curveHashes[size] ?? null
  return pair !== undefined && verify(hash, message, { key, dsaEncoding: 'ieee-p1363' }, pair)
}

/** SHA-1 (`ssh-rsa`) is no algorithm here. A signature may have lost its leading zeros. */
const isSignedByRsa = (key: KeyObject, { algorithm, bytes }: RawSignature, message: Buffer): boolean => {
  const hash = rsaHashes[algorithm]
  const size = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
  if (hash === undefined || bytes.length > size) return false
  return verify(hash, message, key, Buffer.concat([Buffer.alloc(size - bytes.length), bytes]))
}

/** The two numbers of a signature, each filled up to the size of the curve. */
const pairOf = (bytes: Buffer, size: number): Buffer | undefined => {
  const reader = new WireReader(bytes)
  const numbers = [reader.number(), reader.number()]
  reader.end()
  if (numbers.some((number) => number.length > size)) return undefined
  return Buffer.concat(numbers.flatMap((number) => [Buffer.alloc(size - number.length), number]))
}

const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest()
