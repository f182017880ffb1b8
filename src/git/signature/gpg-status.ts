/** What `gpgv --status-fd` said, as a verdict (doc/DETAILS of GnuPG). */
import { bad, type SignatureVerdict } from './signature.ts'

/** Everything that is not exactly one good signature by a trusted key is bad, with the word of gpgv that says why. */
export const verdictOfStatus = (status: string): SignatureVerdict => {
  const lines = status.split('\n').flatMap((line) => /^\[GNUPG:\] (\S+) ?(.*)$/.exec(line)?.slice(1, 3) ?? [])
  const words = new Map<string, string>()
  for (let at = 0; at + 1 < lines.length; at += 2) words.set(lines[at]!, lines[at + 1]!)
  const count = lines.filter((word, at) => at % 2 === 0 && word === 'NEWSIG').length
  const good = words.get('GOODSIG')
  const valid = words.get('VALIDSIG')
  const trouble = troubles.find(([word]) => words.has(word))
  if (trouble !== undefined) return bad(trouble[1](words.get(trouble[0])!))
  if (count > 1) return bad('it has more than one OpenPGP signature')
  if (good === undefined || valid === undefined) return bad('gpgv found no OpenPGP signature in it')
  return { kind: 'good', signer: nameOf(good), key: valid.split(' ')[0]! }
}

/** In this order: what is worst is said. */
const troubles: readonly (readonly [string, (details: string) => string])[] = [
  ['BADSIG', (text) => `its OpenPGP signature by ${nameOf(text)} does not fit: it was changed after signing`],
  ['REVKEYSIG', (text) => `the OpenPGP key of ${nameOf(text)} was revoked`],
  ['EXPKEYSIG', (text) => `the OpenPGP key of ${nameOf(text)} has expired`],
  ['EXPSIG', (text) => `its OpenPGP signature by ${nameOf(text)} has expired`],
  ['NO_PUBKEY', (text) => `OpenPGP key ${text} is not in the keyring`],
  ['ERRSIG', (text) => `its OpenPGP signature by key ${text.split(' ')[0]} cannot be checked`],
]

/** `KEYID Ada <ada@example.org>` → `Ada <ada@example.org>`; anybody may write anything there, so only what can be printed. */
const nameOf = (text: string): string =>
  text
    .slice(text.indexOf(' ') + 1)
    .replace(/\p{C}/gu, '')
    .slice(0, 200)
