/**
 * `/metrics` on TCP, for a Prometheus that knows no unix sockets: that one path, on a loopback address only, because
 * nobody is asked who they are.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { GitprocError } from '../base/error.ts'
import type { Log } from '../base/log.ts'
import { hostOf, isLoopback, type LoopbackAddress } from '../base/loopback.ts'
import { type MetricsContext, metricsAnswer } from './metrics-answer.ts'

export interface MetricsServer {
  /** Fails `api/socket`. Gives the port, which the kernel chooses for 0. */
  listen(address: LoopbackAddress): Promise<number>
  close(): Promise<void>
}

export const createMetricsServer = (context: MetricsContext, log: Log): MetricsServer => {
  const server = createServer((request, response) => {
    respond(request, response, context).catch((error: unknown) => {
      log.error('request for metrics failed', { error: String(error) })
      response.destroy()
    })
  })
  return {
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        server.once('error', (cause) => reject(cannotListen(host, port, cause)))
        server.listen(port, host, () => resolve((server.address() as { readonly port: number }).port))
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  context: MetricsContext,
): Promise<void> => {
  const refused = refusal(request)
  if (refused !== undefined) {
    response.writeHead(refused, { 'content-type': 'text/plain' }).end('GET /metrics\n')
    return
  }
  const { contentType, text } = await metricsAnswer(context)
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text)
}

const refusal = ({ method, url, headers }: IncomingMessage): number | undefined => {
  // A web page may make a browser ask its own name for us; then Host is that name.
  if (!isLoopback(hostOf(headers.host ?? ''))) return 403
  if (url?.split('?')[0] !== '/metrics') return 404
  return method === 'GET' ? undefined : 405
}

const cannotListen = (host: string, port: number, cause: Error): GitprocError =>
  new GitprocError('api/socket', `cannot serve metrics on ${host} port ${port}: ${cause.message}`, {
    remedy: 'choose another port with --metrics-listen',
    cause,
  })
