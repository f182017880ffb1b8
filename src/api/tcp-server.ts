/**
 * A small HTTP server on TCP, where anybody may come by: few connections, of which one address cannot take all, short heads,
 * and nobody is waited for.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { GitprocError } from '../base/error.ts'
import type { Log } from '../base/log.ts'
import { isLoopback } from '../base/loopback.ts'

export interface TcpServer {
  /** Fails `api/socket`. Gives the port, which the kernel chooses for 0. */
  listen(address: { readonly host: string; readonly port: number }): Promise<number>
  close(): Promise<void>
}

export interface TcpAnswer {
  readonly status: number
  readonly contentType: string
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface TcpService {
  /** What it is there for: "listen for webhooks". */
  readonly purpose: string
  /** The flag by which another address is chosen. */
  readonly flag: string
  /** Never asked twice on one connection. Where it fails, the failure is logged and nothing more is said. */
  readonly answer: (request: IncomingMessage) => Promise<TcpAnswer>
}

const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
}
const maxConnections = 64
/** A proxy on this host may need all of them. */
const maxOfOneAddress = 16

export const createTcpServer = ({ purpose, flag, answer }: TcpService, log: Log): TcpServer => {
  const server = createServer(limits, (request, response) => {
    answer(request)
      .then((given) => send(response, given))
      .catch((error: unknown) => {
        log.error(`cannot ${purpose}`, { error: error instanceof Error ? error.message : String(error) })
        send(response, failed)
      })
  })
  server.maxConnections = maxConnections
  server.on('connection', fairly(maxOfOneAddress))
  return {
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        server.once('error', (cause) =>
          reject(cannotListen(`${purpose} on ${host} port ${port}`, flag, cause)),
        )
        server.listen(port, host, () => resolve((server.address() as { readonly port: number }).port))
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const failed: TcpAnswer = {
  status: 503,
  contentType: 'text/plain',
  text: 'the daemon cannot answer: its log says why\n',
}

/** The connection is not kept: whoever is refused may still be sending. */
const send = (response: ServerResponse, { status, contentType, text, headers }: TcpAnswer): void => {
  response.writeHead(status, { 'content-type': contentType, connection: 'close', ...headers })
  response.end(text)
}

const fairly = (most: number): ((socket: Socket) => void) => {
  const open = new Map<string, number>()
  return (socket) => {
    const address = socket.remoteAddress ?? ''
    const count = (open.get(address) ?? 0) + 1
    open.set(address, count)
    socket.on('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left === 0) open.delete(address)
      else open.set(address, left)
    })
    if (count > most && !isLoopback(address.replace(/^::ffff:/, ''))) socket.destroy()
  }
}

const cannotListen = (what: string, flag: string, cause: Error): GitprocError =>
  new GitprocError('api/socket', `cannot ${what}: ${cause.message}`, {
    remedy: `choose another address with ${flag}`,
    cause,
  })
