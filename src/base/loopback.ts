/** Addresses that only this host can reach. */

export interface LoopbackAddress {
  readonly host: string
  readonly port: number
}

/** `9645`, `127.0.0.1:9645`, `localhost:9645`, `[::1]:9645`; undefined for anything else. */
export const parseLoopbackAddress = (text: string): LoopbackAddress | undefined => {
  const found = /^(?:(?<host>[^[\]:]+|\[[^[\]]+\]):)?(?<port>\d{1,5})$/.exec(text)?.groups
  const host = hostOf(found?.['host'] ?? '127.0.0.1')
  const port = Number(found?.['port'])
  if (!isLoopback(host) || !(port <= 65_535)) return undefined
  // A name that /etc/hosts may give to anybody is not asked.
  return { host: host === 'localhost' ? '127.0.0.1' : host, port }
}

/** The host of a Host header, without port and brackets. */
export const hostOf = (text: string): string =>
  /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? text.replace(/:\d+$/, '')

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
