/**
 * Whether a webhook comes from somebody who knows the secret. GitHub, Gitea and Forgejo sign the body (HMAC-SHA256, in
 * hexadecimal digits); GitLab sends the secret itself.
 */
import { createHash, createHmac, type Hmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

const signatureHeaders = ['x-hub-signature-256', 'x-gitea-signature', 'x-forgejo-signature', 'x-gitlab-token']

/** A request without any signature is nobody's, and need not be read. */
export const isSigned = (headers: IncomingHttpHeaders): boolean =>
  signatureHeaders.some((name) => headers[name] !== undefined)

/** Takes the body as it comes, so that nobody has to hold it. */
export class SignatureCheck {
  readonly #headers: IncomingHttpHeaders
  readonly #secret: string
  readonly #hmac: Hmac

  constructor(headers: IncomingHttpHeaders, secret: string) {
    this.#headers = headers
    this.#secret = secret
    this.#hmac = createHmac('sha256', secret)
  }

  add(chunk: Uint8Array): void {
    this.#hmac.update(chunk)
  }

  /** Once, after the whole body. A request without any signature is nobody's. */
  isGenuine(): boolean {
    const digest = this.#hmac.digest('hex')
    const header = (name: string): string => String(this.#headers[name] ?? '')
    const signed = [
      header('x-hub-signature-256').replace(/^sha256=/, ''),
      header('x-gitea-signature'),
      header('x-forgejo-signature'),
    ]
    // All are compared, whichever is right: time tells nothing.
    const verdicts = [
      ...signed.map((signature) => isSame(signature.toLowerCase(), digest)),
      isSame(header('x-gitlab-token'), this.#secret),
    ]
    return verdicts.includes(true)
  }
}

/** In a time that depends on neither text. */
const isSame = (left: string, right: string): boolean => timingSafeEqual(hash(left), hash(right))

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
