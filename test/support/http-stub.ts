/** An HTTP server on this host that gives answers prepared for it, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface Asked {
  readonly line: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface HttpStub {
  readonly url: string
  readonly asked: readonly Asked[]
  readonly connections: () => number
}

export const httpStub = async (
  t: TestContext,
  answer: (asked: Asked, response: ServerResponse) => void,
): Promise<HttpStub> => {
  const asked: Asked[] = []
  let connections = 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const line = `${request.method} ${request.url}`
    const one = { line, headers: request.headers, body: Buffer.concat(chunks).toString('latin1') }
    asked.push(one)
    answer(one, response)
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, asked, connections: () => connections }
}
