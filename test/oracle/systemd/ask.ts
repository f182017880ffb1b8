/** Runs inside the guest, as a service of its systemd: asks for every property of the units in `units.json`, and writes the answers. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { hostname, totalmem } from 'node:os'
import { join } from 'node:path'
import { type ProcessRun, processRunOf } from '../argv-record.ts'
import type { GuestFacts } from './boot.ts'
import { type BusValue, decodeMessage, encodeCall, type Reply } from './bus-message.ts'

const job = process.argv[2]!

const main = async (): Promise<void> => {
  const bus = await PrivateBus.open('/run/systemd/private')
  const units = JSON.parse(readFileSync(join(job, 'units.json'), 'utf8')) as readonly string[]
  const properties: Record<string, BusValue> = {}
  for (const unit of units) properties[unit] = await bus.properties(unit)
  const runs = startAll(JSON.parse(readFileSync(join(job, 'start.json'), 'utf8')) as readonly string[])
  writeFileSync(join(job, 'answers.json'), JSON.stringify({ facts: guestFacts(), properties, runs }))
  bus.end()
  writeFileSync(join(job, 'log'), execFileSync('dmesg', ['--raw'], { maxBuffer: 2 ** 28 }))
}

/** Starts them, some at once, and reads what their processes wrote down. Many are meant to fail. */
const startAll = (units: readonly string[]): Readonly<Record<string, readonly ProcessRun[]>> => {
  for (let at = 0; at < units.length; at += 20)
    spawnSync('systemctl', ['start', '--', ...units.slice(at, at + 20)], { stdio: 'ignore' })
  const records = readdirSync('/run/records').sort()
  const runsOf = (unit: string) =>
    records
      .filter((name) => /^\d+\.\d+$/.test(name.slice(unit.length + 1)) && name.startsWith(`${unit}.`))
      .map((name) => processRunOf(readFileSync(join('/run/records', name))))
  return Object.fromEntries(units.map((unit) => [unit, runsOf(unit)]))
}

const guestFacts = (): GuestFacts => {
  const read = (path: string): string => readFileSync(path, 'utf8').trim()
  return {
    hostname: hostname(),
    machineId: read('/etc/machine-id'),
    bootId: read('/proc/sys/kernel/random/boot_id').replaceAll('-', ''),
    memoryBytes: totalmem(),
    pidLimit: Math.min(
      Number(read('/proc/sys/kernel/pid_max')),
      Number(read('/proc/sys/kernel/threads-max')),
    ),
  }
}

/** The socket on which systemctl speaks to systemd as root, without a bus between them. */
class PrivateBus {
  readonly #socket: Socket
  readonly #waiting = new Map<number, (reply: Reply) => void>()
  #pending: Buffer = Buffer.alloc(0)
  #serial = 0

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  static async open(path: string): Promise<PrivateBus> {
    const socket = connect(path)
    const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')
    const greeting = new Promise<void>((resolve) => socket.once('data', () => resolve()))
    socket.write(`\0AUTH EXTERNAL ${uid}\r\n`)
    await greeting
    socket.write('BEGIN\r\n')
    const bus = new PrivateBus(socket)
    socket.on('data', (bytes) => bus.#receive(bytes as Buffer))
    return bus
  }

  async properties(unit: string): Promise<BusValue> {
    const reply = await this.#call(pathOf(unit), 'org.freedesktop.DBus.Properties', 'GetAll', [''])
    return reply.body[0] ?? {}
  }

  end(): void {
    this.#socket.end()
  }

  #call(path: string, target: string, member: string, words: readonly string[]): Promise<Reply> {
    this.#serial += 1
    const serial = this.#serial
    const reply = new Promise<Reply>((resolve) => this.#waiting.set(serial, resolve))
    this.#socket.write(encodeCall({ serial, path, interface: target, member, arguments: words }))
    return reply
  }

  #receive(bytes: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, bytes])
    for (let message = decodeMessage(this.#pending); message; message = decodeMessage(this.#pending)) {
      this.#pending = this.#pending.subarray(message.next)
      const { reply } = message
      if (reply === undefined) continue
      this.#waiting.get(reply.serial)?.(reply)
      this.#waiting.delete(reply.serial)
    }
  }
}

/** Every byte of the name but letters, digits after the first place: `_` and two hexadecimal digits. */
const pathOf = (unit: string): string => {
  const escaped = [...Buffer.from(unit)].map((byte, at) => {
    const character = String.fromCharCode(byte)
    return (at === 0 ? /[A-Za-z]/ : /[A-Za-z0-9]/).test(character)
      ? character
      : `_${byte.toString(16).padStart(2, '0')}`
  })
  return `/org/freedesktop/systemd1/unit/${escaped.join('')}`
}

await main()
