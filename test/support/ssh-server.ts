/** Debian's openssh-server on a port of its own, with keys of its own; whoever has the client key may run git there. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { accepting, freePort } from './free-port.ts'
import { ServerProcess } from './server-process.ts'

/** Why these tests cannot run here; undefined where they can. */
export const missingForSsh = (): string | undefined =>
  process.getuid?.() !== 0
    ? 'root, whom sshd wants to be run by,'
    : ['/usr/sbin/sshd', '/usr/bin/ssh', '/usr/bin/ssh-keyscan'].find((path) => !existsSync(path))

export class SshServer {
  readonly #directory: string
  #port = 0
  #process: ServerProcess | undefined

  constructor(prefix: string) {
    this.#directory = join(prefix, 'ssh')
    mkdirSync(this.#directory, { mode: 0o700 })
    this.newHostKey()
    makeKey(this.clientKey)
    writeFileSync(join(this.#directory, 'authorized'), readFileSync(`${this.clientKey}.pub`), { mode: 0o600 })
  }

  get clientKey(): string {
    return join(this.#directory, 'client')
  }

  get port(): number {
    return this.#port
  }

  url(path: string): string {
    return `ssh://${userInfo().username}@127.0.0.1:${this.#port}${path}`
  }

  get fingerprint(): string {
    const said = execFileSync('ssh-keygen', ['-lf', join(this.#directory, 'host.pub')]).toString()
    return said.split(' ')[1] as string
  }

  newHostKey(): void {
    makeKey(join(this.#directory, 'host'))
  }

  /** From now on clients come in through this program, which finds what they want in $SSH_ORIGINAL_COMMAND. */
  admitThrough(program: string): void {
    const key = readFileSync(`${this.clientKey}.pub`, 'utf8')
    writeFileSync(join(this.#directory, 'authorized'), `command="${program}" ${key}`)
  }

  forgetClients(): void {
    writeFileSync(join(this.#directory, 'authorized'), '')
  }

  async start(): Promise<void> {
    this.#port ||= await freePort()
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
    const configuration = join(this.#directory, 'sshd_config')
    writeFileSync(configuration, sshdConfiguration(this.#port, this.#directory))
    this.#process = new ServerProcess('/usr/sbin/sshd', ['-D', '-e', '-f', configuration])
    await accepting(this.#port, () => this.#process?.output ?? '')
  }

  async end(): Promise<void> {
    await this.#process?.end()
  }
}

const makeKey = (file: string): void => {
  rmSync(file, { force: true })
  rmSync(`${file}.pub`, { force: true })
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
}

const sshdConfiguration = (port: number, directory: string): string => `
Port ${port}
ListenAddress 127.0.0.1
HostKey ${directory}/host
AuthorizedKeysFile ${directory}/authorized
PidFile ${directory}/sshd.pid
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
`
