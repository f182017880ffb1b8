/** Messages of D-Bus, as far as a question to systemd needs them: method calls out, values in (the specification's "Message Protocol"). */
import { decodeBytes } from '../../../src/base/lossless-text.ts'

/** Numbers beyond 2^53 come as texts of digits, all else as JSON has it. */
export type BusValue = string | number | boolean | readonly BusValue[] | { readonly [name: string]: BusValue }

export interface MethodCall {
  readonly serial: number
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly arguments: readonly string[]
}

const headerFields = { path: 1, interface: 2, member: 3, signature: 8 } as const

/** A call whose arguments are strings. */
export const encodeCall = (call: MethodCall): Buffer => {
  const body = new Writer()
  for (const text of call.arguments) body.text(text)
  const header = new Writer()
  header.field(headerFields.path, 'o', call.path)
  header.field(headerFields.interface, 's', call.interface)
  header.field(headerFields.member, 's', call.member)
  header.field(headerFields.signature, 'g', 's'.repeat(call.arguments.length))
  const fixed = Buffer.alloc(16)
  fixed.write('l\x01\x00\x01', 'latin1')
  fixed.writeUInt32LE(body.bytes.length, 4)
  fixed.writeUInt32LE(call.serial, 8)
  fixed.writeUInt32LE(header.bytes.length, 12)
  const padding = Buffer.alloc(-header.bytes.length & 7)
  return Buffer.concat([fixed, header.bytes, padding, body.bytes])
}

/** Grows; each value at its alignment. */
class Writer {
  bytes = Buffer.alloc(0)

  align(to: number): void {
    this.bytes = Buffer.concat([this.bytes, Buffer.alloc(-this.bytes.length & (to - 1))])
  }

  text(text: string): void {
    this.align(4)
    const encoded = Buffer.from(text)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(encoded.length)
    this.bytes = Buffer.concat([this.bytes, length, encoded, Buffer.alloc(1)])
  }

  field(code: number, signature: 'o' | 's' | 'g', text: string): void {
    this.align(8)
    this.bytes = Buffer.concat([this.bytes, Buffer.from([code, 1]), Buffer.from(`${signature}\0`)])
    if (signature === 'g')
      this.bytes = Buffer.concat([this.bytes, Buffer.from([text.length]), Buffer.from(`${text}\0`)])
    else this.text(text)
  }
}

export interface Reply {
  readonly serial: number
  readonly isError: boolean
  readonly body: readonly BusValue[]
}

/** Type codes of the specification: a method's return, and an error. */
const replyKinds = { 2: false, 3: true } as const
const replySerialField = 5
const signatureField = 8

/** The first message of the bytes, and where the next begins; undefined where it is not whole yet. No reply: a signal. */
export const decodeMessage = (
  bytes: Buffer,
): { readonly reply: Reply | undefined; readonly next: number } | undefined => {
  if (bytes.length < 16) return undefined
  const bodyStart = 16 + ((bytes.readUInt32LE(12) + 7) & ~7)
  const next = bodyStart + bytes.readUInt32LE(4)
  if (bytes.length < next) return undefined
  const fields = new Map<BusValue, BusValue>()
  for (const field of new Reader(bytes.subarray(0, bodyStart), 12).value('a(yv)') as BusValue[][])
    fields.set(field[0]!, field[1]!)
  const kind = bytes[1]!
  if (kind !== 2 && kind !== 3) return { reply: undefined, next }
  const reader = new Reader(bytes.subarray(bodyStart, next), 0)
  const body = reader.values(String(fields.get(signatureField) ?? ''))
  return { reply: { serial: Number(fields.get(replySerialField)), isError: replyKinds[kind], body }, next }
}

const alignments: Readonly<Record<string, number>> = {
  y: 1,
  g: 1,
  v: 1,
  n: 2,
  q: 2,
  b: 4,
  i: 4,
  u: 4,
  s: 4,
  o: 4,
  a: 4,
  h: 4,
  x: 8,
  t: 8,
  d: 8,
  '(': 8,
  '{': 8,
}

class Reader {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  values(signature: string): BusValue[] {
    const values: BusValue[] = []
    for (let rest = signature; rest !== ''; ) {
      const type = firstType(rest)
      values.push(this.value(type))
      rest = rest.slice(type.length)
    }
    return values
  }

  value(type: string): BusValue {
    this.#align(alignments[type[0]!] ?? 1)
    switch (type[0]) {
      case 'a':
        return this.#array(type.slice(1))
      case '(':
        return this.values(type.slice(1, -1))
      case 'v':
        return this.value(this.#text(1))
      case 'g':
        return this.#text(1)
      case 's':
      case 'o':
        return this.#text(4)
      case 'b':
        return this.#take(4).readUInt32LE() !== 0
      default:
        return this.#number(type)
    }
  }

  #number(type: string): number | string {
    switch (type) {
      case 'y':
        return this.#take(1)[0]!
      case 'n':
        return this.#take(2).readInt16LE()
      case 'q':
        return this.#take(2).readUInt16LE()
      case 'i':
        return this.#take(4).readInt32LE()
      case 'x':
        return safe(this.#take(8).readBigInt64LE())
      case 't':
        return safe(this.#take(8).readBigUInt64LE())
      case 'd':
        return this.#take(8).readDoubleLE()
      default:
        return this.#take(4).readUInt32LE()
    }
  }

  #array(element: string): BusValue {
    const length = this.#take(4).readUInt32LE()
    this.#align(alignments[element[0]!] ?? 1)
    const end = this.#at + length
    const values: BusValue[] = []
    if (element[0] !== '{') {
      while (this.#at < end) values.push(this.value(element))
      return values
    }
    const entries: [string, BusValue][] = []
    while (this.#at < end) {
      this.#align(8)
      const [name, value] = this.values(element.slice(1, -1))
      entries.push([String(name), value!])
    }
    return Object.fromEntries(entries)
  }

  #text(lengthBytes: 1 | 4): string {
    const length = this.#take(lengthBytes).readUIntLE(0, lengthBytes)
    return decodeBytes(this.#take(length + 1).subarray(0, length))
  }

  #take(length: number): Buffer {
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  #align(to: number): void {
    this.#at += -this.#at & (to - 1)
  }
}

const safe = (value: bigint): number | string =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value)

/** The first complete type of a signature. */
const firstType = (signature: string): string => {
  if (signature[0] === 'a') return `a${firstType(signature.slice(1))}`
  if (signature[0] !== '(' && signature[0] !== '{') return signature[0]!
  let depth = 0
  for (let at = 0; ; at++) {
    if ('({'.includes(signature[at]!)) depth += 1
    if (')}'.includes(signature[at]!)) depth -= 1
    if (depth === 0) return signature.slice(0, at + 1)
  }
}
