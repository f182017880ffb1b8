/** An HTTP proxy that wants a password: tunnels (CONNECT) and plain requests. All names that it is asked for are this host. */
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { TestContext } from 'node:test'

export interface ConnectProxy {
  readonly url: string
  /** `git.test:443` of tunnels, `POST http://hooks.test/x` of the rest; only of those who knew the password. */
  readonly asked: readonly string[]
}

export const connectProxy = async (t: TestContext, password: string): Promise<ConnectProxy> => {
  const asked: string[] = []
  const wanted = `Basic ${Buffer.from(password).toString('base64')}`
  const server = createServer((request, response) => {
    request.resume()
    const isKnown = request.headers['proxy-authorization'] === wanted
    if (isKnown) asked.push(`${request.method} ${request.url}`)
    response.writeHead(isKnown ? 200 : 407).end()
  })
  server.on('connect', (request, client, head) => {
    client.on('error', () => undefined)
    if (request.headers['proxy-authorization'] !== wanted) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    asked.push(request.url ?? '')
    const port = Number(request.url?.split(':').at(-1))
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.write(head)
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}
