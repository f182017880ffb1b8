/** HTTP health checks, over TCP or over a unix socket (`http+unix:///run/app.sock:/health`). No connection is kept. */
import { Agent, request } from 'undici'
import { isExpectedStatus, type ProbeResult } from '../lifecycle/health.ts'
import type { StatusRange } from '../units/values.ts'

export interface HttpTarget {
  readonly url: string
  /** Undefined: TCP. */
  readonly socketPath: string | undefined
}

/** `http+unix://PATH-OF-SOCKET:PATH` is the socket's way of writing a URL; everything else is taken as it is. */
export function httpTarget(url: string): HttpTarget {
  const match = /^(?:http\+unix|unix):\/\/(\/[^:]*)(?::(\/.*))?$/.exec(url)
  if (match === null) return { url, socketPath: undefined }
  return { url: `http://localhost${match[2] ?? '/'}`, socketPath: match[1] }
}

export async function probeHttp(
  url: string,
  expected: readonly StatusRange[],
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
    return { isGood: isExpectedStatus(answer.statusCode, expected), detail: String(answer.statusCode) }
  } catch (error) {
    return {
      isGood: false,
      detail: signal.aborted ? `no answer within ${timeoutMs} ms` : problemWords(error),
    }
  } finally {
    await agent.destroy()
  }
}

/** `ECONNREFUSED` says more to its reader than a stack. */
export function problemWords(error: unknown): string {
  const { code, message, cause } = error as { code?: string; message?: string; cause?: { code?: string } }
  return cause?.code ?? code ?? message ?? String(error)
}
