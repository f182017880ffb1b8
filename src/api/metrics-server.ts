/**
 * `/metrics` on TCP, for a Prometheus that knows no unix sockets: that one path, on a loopback address only, because
 * nobody is asked who they are.
 */
import type { IncomingMessage } from 'node:http'
import type { Log } from '../base/log.ts'
import { hostOf, isLoopback } from '../base/loopback.ts'
import { type MetricsContext, metricsAnswer } from './metrics-answer.ts'
import { createTcpServer, type TcpAnswer, type TcpServer } from './tcp-server.ts'

export const createMetricsServer = (context: MetricsContext, log: Log): TcpServer =>
  createTcpServer(
    {
      purpose: 'serve metrics',
      flag: '--metrics-listen',
      answer: (request) => answerTo(request, context),
    },
    log,
  )

const answerTo = async (request: IncomingMessage, context: MetricsContext): Promise<TcpAnswer> => {
  const refused = refusal(request)
  if (refused !== undefined) return { status: refused, contentType: 'text/plain', text: 'GET /metrics\n' }
  const answer = await metricsAnswer(context)
  return { status: 200, ...answer, headers: { 'cache-control': 'no-store' } }
}

const refusal = ({ method, url, headers }: IncomingMessage): number | undefined => {
  // A web page may make a browser ask its own name for us; then Host is that name.
  if (!isLoopback(hostOf(headers.host ?? ''))) return 403
  if (url?.split('?')[0] !== '/metrics') return 404
  return method === 'GET' ? undefined : 405
}
