/**
 * The api: JSON over HTTP on the daemon's unix socket. It decides nothing: it finds the route, checks the request, asks
 * the controller and puts the answer into words of HTTP. Read `contract.ts` first, then `routes.ts`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Clock } from '../base/clock.ts'
import { GitprocError } from '../base/error.ts'
import type { ErrorAnswer } from './contract.ts'
import { failedAnswer } from './error-answer.ts'
import { EventStream } from './event-stream.ts'
import { matchRoute } from './match-route.ts'
import { readBody } from './request-body.ts'
import { eventsPath, type RouteContext, routes } from './routes.ts'
import { keepListening, listenOn } from './socket-file.ts'
import { TextAnswer } from './text-answer.ts'

export type ApiServerPorts = RouteContext

export interface ApiServer {
  /** Fails `api/socket`. */
  listen(path: string): Promise<void>
  /** Takes no more requests, ends event streams and idle connections, and gives the answers under way one second. */
  close(): Promise<void>
}

/** A request's head has to arrive whole within this time; answers may take as long as a deployment does. */
const headersTimeoutMs = 10_000

export const createApiServer = (ports: ApiServerPorts): ApiServer => {
  const events = new EventStream(ports.clock)
  const unsubscribe = ports.controller.subscribe((event) => events.send(event))
  const options = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: headersTimeoutMs,
    maxHeaderSize: 16 * 1024,
  }
  const server = createServer(options, (request, response) => {
    respond(request, response, { ports, events }).catch((error: unknown) => {
      ports.log.error('request failed', { url: request.url, error: String(error) })
      response.destroy()
    })
  })
  let endWatch = (): void => {}
  return {
    listen: async (path) => {
      await listenOn(server, path)
      endWatch = keepListening(server, path, ports.log)
    },
    close: () => {
      endWatch()
      unsubscribe()
      events.close()
      return closed(server, ports.clock)
    },
  }
}

/** Answers that wait for a deployment may wait for minutes: they get a moment, then their connections end. */
const graceMs = 1000

const closed = (server: Server, clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    const cancel = clock.at(clock.now() + graceMs, () => server.closeAllConnections())
    server.close(() => {
      cancel()
      resolve()
    })
    server.closeIdleConnections()
  })

interface Serving {
  readonly ports: ApiServerPorts
  readonly events: EventStream
}

const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  serving: Serving,
): Promise<void> => {
  const url = new URL(request.url ?? '/', 'http://gitproc')
  if (request.method === 'GET' && url.pathname === eventsPath) return serving.events.add(response)
  const match = matchRoute(routes, request.method ?? '', url.pathname)
  switch (match.kind) {
    case 'unknown':
      return sendJson(response, 404, notFound(url.pathname))
    case 'wrong-method':
      response.setHeader('allow', match.allowed.join(', '))
      return sendJson(response, 405, notFound(`${request.method} ${url.pathname}`))
    case 'found':
      try {
        const body = match.route.method === 'POST' ? await readBody(request) : {}
        const call = { params: match.params, query: url.searchParams, body }
        sendAnswer(response, await match.route.answer(call, serving.ports))
      } catch (error) {
        if (!(error instanceof GitprocError))
          serving.ports.log.error('request met a bug', { path: url.pathname, error: stackOf(error) })
        const { status, body } = failedAnswer(error)
        sendJson(response, status, body)
      }
  }
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)

const sendAnswer = (response: ServerResponse, answer: unknown): void =>
  answer instanceof TextAnswer ? send(response, 200, answer) : sendJson(response, 200, answer)

const sendJson = (response: ServerResponse, status: number, value: unknown): void =>
  send(response, status, new TextAnswer('application/json', `${JSON.stringify(value)}\n`))

const send = (response: ServerResponse, status: number, { contentType, text }: TextAnswer): void => {
  if (response.destroyed) return
  const bytes = Buffer.from(text)
  response.writeHead(status, { 'content-type': contentType, 'content-length': bytes.length })
  response.end(bytes)
}

const notFound = (what: string): ErrorAnswer => ({
  error: { code: 'api/bad-request', message: `there is no route ${what}`, remedy: undefined },
})
