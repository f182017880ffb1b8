/** Takes a commit apart into what was signed and its signature (gitformat-signature(5)). */

export interface SignedCommit {
  /** The commit's bytes without the signature: what was signed. */
  readonly payload: Buffer
  /** Armoured text; undefined for an unsigned commit. */
  readonly signature: string | undefined
  /** More than one is nothing that git makes. */
  readonly signatures: number
}

const header = Buffer.from('gpgsig ')
const newline = 0x0a
const space = 0x20

export const splitSignature = (commit: Buffer): SignedCommit => {
  const payload: Buffer[] = []
  const signature: Buffer[] = []
  let signatures = 0
  let isInSignature = false
  let at = 0
  while (at < commit.length && commit[at] !== newline) {
    const end = endOfLine(commit, at)
    const begins = commit.subarray(at, at + header.length).equals(header)
    isInSignature = begins || (isInSignature && commit[at] === space)
    if (begins) signatures++
    if (isInSignature) signature.push(commit.subarray(at + (begins ? header.length : 1), end))
    else payload.push(commit.subarray(at, end))
    at = end
  }
  payload.push(commit.subarray(at))
  return {
    payload: Buffer.concat(payload),
    signature: signatures === 0 ? undefined : Buffer.concat(signature).toString('latin1'),
    signatures,
  }
}

/** Just after the line break, or the end. */
const endOfLine = (bytes: Buffer, from: number): number => {
  const found = bytes.indexOf(newline, from)
  return found < 0 ? bytes.length : found + 1
}
