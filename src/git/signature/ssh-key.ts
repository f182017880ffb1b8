/** Public keys as SSH writes them (RFC 4253, 5656, 8709; PROTOCOL.u2f of OpenSSH), as keys of node:crypto. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { WireReader } from './wire-reader.ts'

export interface SshKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, … */
  readonly type: string
  readonly key: KeyObject
  /** Of a key on a security token: what it was made for. */
  readonly application: string | undefined
}

interface Curve {
  readonly name: string
  readonly jwk: string
  readonly bytes: number
}

const curves: Readonly<Record<string, Curve>> = {
  'ecdsa-sha2-nistp256': { name: 'nistp256', jwk: 'P-256', bytes: 32 },
  'ecdsa-sha2-nistp384': { name: 'nistp384', jwk: 'P-384', bytes: 48 },
  'ecdsa-sha2-nistp521': { name: 'nistp521', jwk: 'P-521', bytes: 66 },
  'sk-ecdsa-sha2-nistp256@openssh.com': { name: 'nistp256', jwk: 'P-256', bytes: 32 },
}

/** Shorter ones can be broken by those who can pay for it. */
const minRsaBits = 2048

/** Throws RangeError, with words, for anything but a whole key of a type that is known. */
export const parseSshKey = (blob: Buffer): SshKey => {
  const reader = new WireReader(blob)
  const type = reader.text()
  const key = publicKey(type, reader)
  const application = type.startsWith('sk-') ? reader.string().toString('utf8') : undefined
  reader.end()
  return { type, key, application }
}

/** How many bytes each of the two numbers of a signature has, by type of key. */
export const curveBytes = (type: string): number | undefined => curves[type]?.bytes

/** `SHA256:…`, as `ssh-keygen -l` prints it. */
export const fingerprint = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`

const publicKey = (type: string, reader: WireReader): KeyObject => {
  if (type === 'ssh-ed25519' || type === 'sk-ssh-ed25519@openssh.com') return edwardsKey(reader)
  if (type === 'ssh-rsa') return rsaKey(reader)
  const curve = curves[type]
  if (curve !== undefined) return curveKey(curve, reader)
  if (type.includes('-cert-v01@'))
    throw new RangeError('certificates are not supported: trust the key itself')
  throw new RangeError(`keys of type ${type.slice(0, 60)} are not supported`)
}

const edwardsKey = (reader: WireReader): KeyObject => {
  const x = reader.string()
  if (x.length !== 32) throw new RangeError('an Ed25519 key has 32 bytes')
  return imported({ kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') })
}

const rsaKey = (reader: WireReader): KeyObject => {
  const e = reader.number()
  const n = reader.number()
  const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24
  if (bits < minRsaBits)
    throw new RangeError(`an RSA key of ${bits} bits is too short, ${minRsaBits} are wanted`)
  return imported({ kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') })
}

const curveKey = (curve: Curve, reader: WireReader): KeyObject => {
  if (reader.text() !== curve.name) throw new RangeError('the curve of the key is not that of its type')
  const point = reader.string()
  if (point.length !== 1 + 2 * curve.bytes || point[0] !== 4)
    throw new RangeError('the key holds no uncompressed point of its curve')
  const x = point.subarray(1, 1 + curve.bytes).toString('base64url')
  const y = point.subarray(1 + curve.bytes).toString('base64url')
  return imported({ kty: 'EC', crv: curve.jwk, x, y })
}

const imported = (jwk: Readonly<Record<string, string>>): KeyObject => {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch (cause) {
    throw new RangeError('the numbers of the key make no key', { cause })
  }
}
