/** Which route a request means: pure, so that the table can be read and tested without a socket. */
import type { Route } from './routes.ts'

export type Match =
  | { readonly kind: 'found'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  /** The path is known, for other methods. */
  | { readonly kind: 'wrong-method'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown' }

export const matchRoute = (routes: readonly Route[], method: string, path: string): Match => {
  const fitting = routes.flatMap((route) => {
    const params = paramsOf(route.path, path)
    return params === undefined ? [] : [{ route, params }]
  })
  const found = fitting.find(({ route }) => route.method === method)
  if (found) return { kind: 'found', ...found }
  return fitting.length === 0
    ? { kind: 'unknown' }
    : { kind: 'wrong-method', allowed: [...new Set(fitting.map(({ route }) => route.method))] }
}

const paramsOf = (pattern: string, path: string): Record<string, string> | undefined => {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of wanted.entries()) {
    const actual = decoded(given[index]!)
    if (actual === undefined) return undefined
    if (segment.startsWith(':') && actual !== '') params[segment.slice(1)] = actual
    else if (segment !== actual) return undefined
  }
  return params
}

const decoded = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
