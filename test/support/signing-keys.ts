/** Keys made by the real ssh-keygen and gpg, in a directory of the test's own; and the arguments by which git signs with them. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SigningKey {
  /** `-c` options for git. */
  readonly gitArguments: readonly string[]
  /** A line for the file of allowed signers; empty for OpenPGP. */
  readonly publicLine: string
}

export class SigningKeys {
  readonly #directory: string
  readonly #home: string

  constructor(directory: string) {
    this.#directory = directory
    this.#home = join(directory, 'gnupg')
    mkdirSync(this.#home, { recursive: true, mode: 0o700 })
  }

  ssh(name: string, ...keygenArguments: readonly string[]): SigningKey {
    const file = join(this.#directory, name)
    const kind = keygenArguments.length === 0 ? ['-t', 'ed25519'] : keygenArguments
    execFileSync('ssh-keygen', ['-q', '-N', '', '-C', name, ...kind, '-f', file])
    const [type, base64] = readFileSync(`${file}.pub`, 'utf8').split(' ')
    return {
      gitArguments: signWith('ssh', `${file}.pub`),
      publicLine: `${type} ${base64}`,
    }
  }

  /** A key of the keyring at `home`, without a passphrase. */
  gpg(address: string): SigningKey {
    this.gpgRun('--passphrase', '', '--quick-generate-key', address, 'ed25519', 'sign', 'never')
    const program = join(this.#directory, 'gpg.sh')
    writeFileSync(program, `#!/bin/sh\nexec gpg --homedir '${this.#home}' "$@"\n`, { mode: 0o755 })
    return {
      gitArguments: ['-c', `gpg.openpgp.program=${program}`, ...signWith('openpgp', `<${address}>`)],
      publicLine: '',
    }
  }

  gpgRun(...args: readonly string[]): Buffer {
    return execFileSync('gpg', ['--homedir', this.#home, '--batch', '--yes', '--quiet', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  /** The agent that gpg has started for this directory ends. */
  end(): void {
    spawnSync('gpgconf', ['--homedir', this.#home, '--kill', 'all'])
  }
}

const signWith = (format: string, key: string): readonly string[] => [
  '-c',
  `gpg.format=${format}`,
  '-c',
  `user.signingkey=${key}`,
  '-c',
  'commit.gpgsign=true',
]

/** A file of allowed signers: principal → key. */
export const allowedSigners = (lines: Readonly<Record<string, SigningKey>>): string =>
  Object.entries(lines)
    .map(([principal, { publicLine }]) => `${principal} ${publicLine}\n`)
    .join('')
