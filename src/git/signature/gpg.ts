/** OpenPGP signatures, checked by Debian's `gpgv` against one keyring: every key in it is trusted, no other one is. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GitprocError } from '../../base/error.ts'
import { verdictOfStatus } from './gpg-status.ts'
import type { SignatureVerdict } from './signature.ts'

const patienceMs = 30_000
const maxStatusBytes = 256 * 1024

export const isGpgSignature = (text: string): boolean => /^-----BEGIN PGP (SIGNATURE|MESSAGE)-----/.test(text)

/** Fails `git/untrusted` where gpgv is not there: nothing can be believed then. */
export const verifyGpg = async (
  keyring: Buffer,
  signature: string,
  payload: Buffer,
): Promise<SignatureVerdict> => {
  const directory = await mkdtemp(join(tmpdir(), 'gitproc-gpgv-'))
  try {
    const paths = {
      home: directory,
      keyring: join(directory, 'keys.gpg'),
      signature: join(directory, 'commit.asc'),
    }
    await writeFile(paths.keyring, keyring, { mode: 0o600 })
    await writeFile(paths.signature, signature, { mode: 0o600 })
    return verdictOfStatus(await runGpgv(gpgvArguments(paths), payload))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** A keyring as gpgv wants it: what `gpg --export --armor` wrote is made binary. Throws RangeError where it is damaged. */
export const binaryKeyring = (bytes: Buffer): Buffer => {
  const text = bytes.toString('latin1')
  if (!text.trimStart().startsWith('-----BEGIN PGP')) return bytes
  const blocks = [...text.matchAll(armour)].map((match) => Buffer.from(match[1]!, 'base64'))
  if (blocks.length === 0) throw new RangeError('it holds no armoured public key')
  return Buffer.concat(blocks)
}

/** Headers end at an empty line, the checksum begins with `=`. */
const armour =
  /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:[^\r\n]+\r?\n)*?\s*\r?\n([A-Za-z0-9+/=\r\n]+?)(?:\r?\n=[A-Za-z0-9+/]{4})?\s*-----END PGP PUBLIC KEY BLOCK-----/g

interface GpgvPaths {
  readonly home: string
  readonly keyring: string
  readonly signature: string
}

const gpgvArguments = ({ home, keyring, signature }: GpgvPaths): readonly string[] => [
  '--homedir',
  home,
  '--keyring',
  keyring,
  '--weak-digest',
  'SHA1',
  '--status-fd',
  '1',
  '--',
  signature,
  '-',
]

/** What gpgv says on its status stream; its exit status says less. */
const runGpgv = (args: readonly string[], payload: Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn('gpgv', args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      timeout: patienceMs,
      killSignal: 'SIGKILL',
    })
    let status = ''
    child.stdout.on('data', (chunk: Buffer) => {
      if (status.length < maxStatusBytes) status += chunk.toString('utf8')
    })
    child.on('error', (cause) => reject(noGpgv(cause)))
    child.on('close', () => resolve(status))
    // It may end before it has read everything: what it said counts.
    child.stdin.on('error', () => {})
    child.stdin.end(payload)
  })

const noGpgv = (cause: Error): GitprocError =>
  new GitprocError(
    'git/untrusted',
    `gpgv, which checks OpenPGP signatures, cannot be run: ${cause.message}`,
    {
      retry: 'later',
      remedy: 'apt install gpgv',
      cause,
    },
  )
