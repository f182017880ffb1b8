/** The configuration keys of trust in the branch, a part of the one table in `config-keys.ts`, and what they come to. */
import { GitprocError } from './base/error.ts'
import type { ConfigKey } from './config-keys.ts'
import type { TrustPolicy } from './controller/source-trust.ts'

const always = (text: string) => (): string => text

export const trustKeys = {
  verify_commits: {
    type: 'choice',
    choices: ['off', 'head', 'all'],
    default: always('off'),
    description:
      'which commits must be signed by a trusted key: none, the tip of the branch, or every one since the last that was applied',
  },
  allowed_signers: {
    type: 'path',
    default: always(''),
    description: "trusted SSH keys, a file as git's gpg.ssh.allowedSignersFile names one",
  },
  gpg_keyring: {
    type: 'path',
    default: always(''),
    description: 'trusted OpenPGP keys, a file as gpg --export writes it; checked by gpgv',
  },
  on_force_push: {
    type: 'choice',
    choices: ['follow', 'refuse'],
    default: always('follow'),
    description:
      'what to do when the branch moves to a commit that does not continue the last one: follow with a warning, or keep what runs',
  },
} as const satisfies Record<string, ConfigKey>

type TrustKeyName = keyof typeof trustKeys

export interface TrustValues {
  readonly choice: <T extends string>(name: TrustKeyName) => T
  /** Absolute; undefined where nothing is set. */
  readonly path: (name: TrustKeyName) => string | undefined
}

/** Fails `config/invalid` where signatures are demanded and nobody is trusted. */
export const trustConfig = ({ choice, path }: TrustValues): TrustPolicy => {
  const keyFiles = { allowedSigners: path('allowed_signers'), gpgKeyring: path('gpg_keyring') }
  const verifyCommits = choice<TrustPolicy['verifyCommits']>('verify_commits')
  const isNobodyTrusted = keyFiles.allowedSigners === undefined && keyFiles.gpgKeyring === undefined
  if (verifyCommits !== 'off' && isNobodyTrusted)
    throw new GitprocError(
      'config/invalid',
      `verify_commits = ${verifyCommits}, and nobody's keys are trusted`,
      {
        remedy: 'name them: allowed_signers = FILE for SSH keys, gpg_keyring = FILE for OpenPGP keys',
      },
    )
  return { verifyCommits, onForcePush: choice('on_force_push'), keyFiles }
}
