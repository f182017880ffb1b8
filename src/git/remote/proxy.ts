/** The HTTP proxy between us and the world: that of the configuration, or that of the environment, as curl takes it. */
import { GitprocError } from '../../base/error.ts'
import { isLoopback } from '../../base/loopback.ts'
import { readSecretLine } from './secret-file.ts'

export interface ProxySettings {
  /** Undefined: what `https_proxy` and `http_proxy` say. */
  readonly url: URL | 'none' | undefined
  /** Of mode 0600, with `USER:PASSWORD`. */
  readonly passwordFile: string | undefined
}

/** What Node's agents take: they ask for a tunnel (CONNECT), except for those whom `no_proxy` names. */
export interface ProxyEnvironment {
  readonly https_proxy: string
  readonly http_proxy: string
  readonly no_proxy: string
}

export const noProxy: ProxySettings = { url: 'none', passwordFile: undefined }

/** Undefined: straight there, as to this host itself. Fails `config/invalid`. */
export const proxyFor = (
  target: URL,
  settings: ProxySettings,
  environment: NodeJS.ProcessEnv = process.env,
): ProxyEnvironment | undefined => {
  if (settings.url === 'none' || isLoopback(target.hostname.replace(/^\[|\]$/g, ''))) return undefined
  const proxy = settings.url === undefined ? ofEnvironment(target, environment) : withPassword(settings)
  if (proxy === undefined) return undefined
  const no_proxy = environment['no_proxy'] ?? environment['NO_PROXY'] ?? ''
  return { https_proxy: proxy, http_proxy: proxy, no_proxy }
}

/** `none`, or a URL without a secret in it. Fails `config/invalid`. */
export const parseProxy = (text: string): ProxySettings['url'] => {
  if (text === '' || text === 'none') return text === '' ? undefined : 'none'
  const url = URL.parse(text)
  if (url === null || !isHttp(url) || url.pathname !== '/') throw notOne('proxy', text)
  if (url.username === '' && url.password === '') return url
  throw new GitprocError('config/invalid', 'proxy: a URL with a password is no place for a secret', {
    remedy: 'write USER:PASSWORD into a file of mode 0600: proxy_password_file = /etc/gitproc/proxy-password',
  })
}

/** `HTTP_PROXY` in capitals is not read: a web server may set it from a header of anybody's (httpoxy). */
const ofEnvironment = (target: URL, environment: NodeJS.ProcessEnv): string | undefined => {
  const text =
    target.protocol === 'https:'
      ? environment['https_proxy'] || environment['HTTPS_PROXY']
      : environment['http_proxy']
  if (text === undefined || text === '') return undefined
  const url = URL.parse(/^[a-z\d+.-]+:\/\//i.test(text) ? text : `http://${text}`)
  if (url === null || !isHttp(url)) throw notOne('https_proxy in the environment', '')
  return url.href
}

const withPassword = ({ url, passwordFile }: ProxySettings): string => {
  const proxy = new URL(url as URL)
  if (passwordFile === undefined) return proxy.href
  const [user = '', ...rest] = readSecretLine(passwordFile, 'password of the proxy').split(':')
  proxy.username = encodeURIComponent(user)
  proxy.password = encodeURIComponent(rest.join(':'))
  return proxy.href
}

const isHttp = ({ protocol }: URL): boolean => protocol === 'http:' || protocol === 'https:'

/** What came from the environment may hold a password: it is not repeated. */
const notOne = (where: string, text: string): GitprocError =>
  new GitprocError('config/invalid', `${where}${text === '' ? '' : `: "${text}"`} is no HTTP proxy`, {
    remedy: 'proxy = http://HOST:PORT, or proxy = none',
  })
