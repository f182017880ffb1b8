/** What a health check is aimed at, and which answers are good. */
import type { ValueType } from '../directive.ts'
import type { StatusRange, TcpAddress } from '../values.ts'
import { checkedText } from './text.ts'
import { wanted } from './value-type.ts'

/** Over TCP, or over a unix socket: `http+unix:///run/app.sock:/health`. */
export const httpUrl: ValueType<string> = checkedText(
  'an http:// or https:// address, or http+unix:///PATH/OF/SOCKET:/PATH',
  (value) =>
    /^https?:\/\/[^\s/?#]+(?:[/?#]\S*)?$/.test(value) || /^http\+unix:\/\/\/[^\s:]+(?::\/\S*)?$/.test(value),
)

/** A text that the answer holds somewhere; `/PATTERN/` or `/PATTERN/i` is a regular expression that it matches. */
export const expectedBody: ValueType<string> = checkedText('a text or a /regular expression/', (value) => {
  const pattern = bodyPattern(value)
  return pattern === undefined || isRegularExpression(pattern)
})

/** The parts of `/PATTERN/FLAGS`; undefined: a plain text. */
export const bodyPattern = (value: string): BodyPattern | undefined => {
  const match = /^\/(.+)\/([ims]*)$/s.exec(value)
  return match === null ? undefined : { source: match[1]!, flags: match[2]! }
}

export interface BodyPattern {
  readonly source: string
  readonly flags: string
}

const isRegularExpression = ({ source, flags }: BodyPattern): boolean => {
  try {
    return new RegExp(source, flags) instanceof RegExp
  } catch {
    return false
  }
}

/** `8080`, `localhost:8080`, `[::1]:8080`; without a host this one. */
export const tcpAddress: ValueType<TcpAddress> = {
  name: 'PORT or HOST:PORT',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const expanded = context.expand(text)
    const address = 'problem' in expanded ? undefined : readAddress(expanded.text)
    return address === undefined
      ? { value: previous, problem: wanted('PORT or HOST:PORT', text) }
      : { value: address }
  },
  print: ({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`),
}

const readAddress = (text: string): TcpAddress | undefined => {
  const match = /^(?:(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]]+)):)?(\d{1,5})$/.exec(text)
  if (match === null) return undefined
  const port = Number(match[3])
  return port >= 1 && port <= 65_535 ? { host: match[1] ?? match[2] ?? 'localhost', port } : undefined
}

/** `200`, `200-399`, `200,204 301-302`. Later assignments replace earlier ones. */
export const httpStatuses: ValueType<readonly StatusRange[]> = {
  name: 'HTTP statuses such as 200-399 or 200,204',
  assign: (previous, text) => {
    if (text === '') return { value: undefined }
    const ranges = text
      .split(/[\s,]+/)
      .filter((word) => word !== '')
      .map(readRange)
    return ranges.length > 0 && ranges.every((range) => range !== undefined)
      ? { value: ranges }
      : { value: previous, problem: wanted('HTTP statuses such as 200-399 or 200,204', text) }
  },
  print: (ranges) => ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(','),
}

const readRange = (word: string): StatusRange | undefined => {
  const match = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(word)
  if (match === null) return undefined
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])]
  return from <= to ? { from, to } : undefined
}
