/** Debian's nginx before git-http-backend: TLS by a CA of its own, basic authentication, and a door for client certificates. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accepting, freePort } from './free-port.ts'
import { ServerProcess } from './server-process.ts'

/** Why these tests cannot run here; undefined where they can. */
export const missingForHttps = (): string | undefined =>
  ['/usr/sbin/nginx', '/usr/sbin/fcgiwrap', '/usr/bin/openssl', '/usr/lib/git-core/git-http-backend'].find(
    (path) => !existsSync(path),
  )

export interface Door {
  readonly password: string
  /** `Bearer` instead of a password. */
  readonly token: string
}

export class GitHttpsServer {
  readonly #prefix: string
  readonly #projects: string
  #port = 0
  #processes: ServerProcess[] = []
  door: Door = { password: 'open sesame', token: 'tok-123' }

  /** `projects`: the directory whose repositories are served. */
  constructor(prefix: string, projects: string) {
    this.#prefix = join(prefix, 'https')
    this.#projects = projects
    mkdirSync(this.#prefix, { mode: 0o755 })
    makeCertificates(this.#prefix)
  }

  get caFile(): string {
    return join(this.#prefix, 'ca.pem')
  }

  get clientCertificate(): { readonly cert: string; readonly key: string } {
    return { cert: join(this.#prefix, 'client.pem'), key: join(this.#prefix, 'client.key') }
  }

  /** For a user and a password. */
  url(repository: string): string {
    return `https://127.0.0.1:${this.#port}/basic/${repository}`
  }

  urlFor(way: 'bearer' | 'certificate', repository: string): string {
    return `https://127.0.0.1:${this.#port}/${way}/${repository}`
  }

  async start(): Promise<void> {
    this.#port ||= await freePort()
    const socket = join(this.#prefix, 'fcgi.sock')
    const configuration = join(this.#prefix, 'nginx.conf')
    writeFileSync(join(this.#prefix, 'users'), `ada:{PLAIN}${this.door.password}\n`)
    writeFileSync(
      configuration,
      nginxConfiguration(this.#port, this.#prefix, this.#projects, this.door.token),
    )
    execFileSync('rm', ['-f', socket])
    this.#processes = [
      new ServerProcess('/usr/sbin/fcgiwrap', ['-c', '2', '-s', `unix:${socket}`]),
      new ServerProcess('/usr/sbin/nginx', ['-p', this.#prefix, '-c', configuration]),
    ]
    await accepting(this.#port, () => this.#processes.map(({ output }) => output).join('\n'))
  }

  async end(): Promise<void> {
    for (const process of this.#processes) await process.end()
    this.#processes = []
  }
}

const makeCertificates = (prefix: string): void => {
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: prefix, stdio: 'pipe' })
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test CA', '-days', '2')
  writeFileSync(join(prefix, 'san'), 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:git.test\n')
  for (const name of ['server', 'client']) {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san']
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signing)
    chmodSync(join(prefix, `${name}.key`), 0o600)
  }
}

const nginxConfiguration = (port: number, prefix: string, projects: string, token: string): string => `
user root;
worker_processes 1;
daemon off;
pid ${prefix}/nginx.pid;
error_log stderr;
events { worker_connections 64; }
http {
  access_log ${prefix}/access.log;
  client_body_temp_path ${prefix}/body;
  fastcgi_temp_path ${prefix}/fastcgi;
  proxy_temp_path ${prefix}/proxy;
  uwsgi_temp_path ${prefix}/uwsgi;
  scgi_temp_path ${prefix}/scgi;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${prefix}/server.pem;
    ssl_certificate_key ${prefix}/server.key;
    ssl_client_certificate ${prefix}/ca.pem;
    ssl_verify_client optional;
    location ~ ^/basic(/.*)$ {
      auth_basic git;
      auth_basic_user_file ${prefix}/users;
      ${backend(prefix, projects, '$remote_user')}
    }
    location ~ ^/bearer(/.*)$ {
      if ($http_authorization != "Bearer ${token}") { return 401; }
      ${backend(prefix, projects, 'robot')}
    }
    location ~ ^/certificate(/.*)$ {
      if ($ssl_client_verify != SUCCESS) { return 403; }
      ${backend(prefix, projects, 'robot')}
    }
  }
}
`

const backend = (prefix: string, projects: string, user: string): string => `
      fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
      fastcgi_param GIT_PROJECT_ROOT ${projects};
      fastcgi_param GIT_HTTP_EXPORT_ALL "";
      fastcgi_param PATH_INFO $1;
      fastcgi_param REMOTE_USER ${user};
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_pass unix:${prefix}/fcgi.sock;`
