import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { SignatureCheck } from '../../src/api/webhook-signature.ts'

const secret = "It's a Secret to Everybody"
const body = 'Hello, World!'
const digest = createHmac('sha256', secret).update(body).digest('hex')

const isGenuine = (headers: Record<string, string>, sent = body): boolean => {
  const check = new SignatureCheck(headers, secret)
  for (const letter of sent) check.add(Buffer.from(letter))
  return check.isGenuine()
}

test("GitHub's own example of a signature is genuine", () => {
  // docs.github.com, "Validating webhook deliveries"
  const published = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
  assert.equal(digest, published)
  assert.ok(isGenuine({ 'x-hub-signature-256': `sha256=${published}` }))
})

test('Gitea and Forgejo sign without a prefix, GitLab sends the secret', () => {
  assert.ok(isGenuine({ 'x-gitea-signature': digest }))
  assert.ok(isGenuine({ 'x-forgejo-signature': digest.toUpperCase() }))
  assert.ok(isGenuine({ 'x-gitlab-token': secret }))
})

test('another body, another secret, half a signature or none at all is not genuine', () => {
  assert.ok(!isGenuine({ 'x-hub-signature-256': `sha256=${digest}` }, 'Hello, World'))
  assert.ok(
    !isGenuine({ 'x-hub-signature-256': `sha256=${createHmac('sha256', 'x').update(body).digest('hex')}` }),
  )
  assert.ok(!isGenuine({ 'x-hub-signature-256': `sha256=${digest.slice(0, 32)}` }))
  assert.ok(
    !isGenuine({ 'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}` }),
  )
  assert.ok(!isGenuine({ 'x-gitlab-token': '' }))
  assert.ok(!isGenuine({}))
})
