/** HTTP health checks, over TCP or over a unix socket (`http+unix:///run/app.sock:/health`). No connection is kept. */
import { Agent, type Dispatcher, request } from 'undici'
import { isExpectedStatus, type ProbeResult } from '../../lifecycle/health.ts'
import { problemWords } from '../problem-words.ts'
import { isExpectedBody, mostBodyBytes } from './expected-body.ts'
import type { ExpectedAnswer } from './probe.ts'

export interface HttpTarget {
  readonly url: string
  /** Undefined: TCP. */
  readonly socketPath: string | undefined
}

/** `http+unix://PATH-OF-SOCKET:PATH` is the socket's way of writing a URL; everything else is taken as it is. */
export function httpTarget(url: string): HttpTarget {
  const match = /^http\+unix:\/\/(\/[^:]*)(?::(\/.*))?$/.exec(url)
  if (match === null) return { url, socketPath: undefined }
  return { url: `http://localhost${match[2] ?? '/'}`, socketPath: match[1] }
}

export async function probeHttp(
  url: string,
  expected: ExpectedAnswer,
  timeoutMs: number,
): Promise<ProbeResult> {
  const target = httpTarget(url)
  const connect = target.socketPath === undefined ? {} : { socketPath: target.socketPath }
  const agent = new Agent({ connect: { ...connect, timeout: timeoutMs }, pipelining: 0 })
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const answer = await request(target.url, {
      dispatcher: agent,
      signal,
      headers: { 'user-agent': 'gitproc-health' },
    })
    answer.body.on('error', () => {})
    return await judge(answer, expected)
  } catch (error) {
    return {
      isGood: false,
      detail: signal.aborted ? `no answer within ${timeoutMs} ms` : problemWords(error),
    }
  } finally {
    await agent.destroy()
  }
}

async function judge(
  { statusCode, body }: Dispatcher.ResponseData,
  expected: ExpectedAnswer,
): Promise<ProbeResult> {
  const detail = String(statusCode)
  if (!isExpectedStatus(statusCode, expected.statuses)) return { isGood: false, detail }
  if (expected.body === undefined) return { isGood: true, detail }
  return isExpectedBody(await beginningOf(body), expected.body)
    ? { isGood: true, detail }
    : { isGood: false, detail: `${detail}, but its body is not what HealthCheckExpectedBody= says` }
}

/** An answer without end must not fill our memory. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= mostBodyBytes) break
  }
  return Buffer.concat(chunks).toString('utf8', 0, mostBodyBytes)
}
