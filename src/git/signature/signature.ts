/**
 * `signature/` says whether a commit was signed by somebody who is trusted here. SSH signatures are checked by our own
 * code on node:crypto (`ssh-signature.ts`), OpenPGP ones by `gpgv` (`gpg.ts`). Read `trusted-keys.ts` first.
 *
 * This file: what a check can say.
 */
export type SignatureVerdict =
  | {
      readonly kind: 'good'
      /** Whom the key belongs to, in the words of the file that trusts it. */
      readonly signer: string
      /** `SHA256:…` of an SSH key, the fingerprint of an OpenPGP one. */
      readonly key: string
    }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'bad'; readonly why: string }

export const bad = (why: string): SignatureVerdict => ({ kind: 'bad', why })
