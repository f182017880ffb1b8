/** Several streams in one (gitprotocol-pack(5)): the data, what the server says meanwhile, and what went wrong. */
import { lineOf, noGit, packets } from './pkt-line.ts'

const data = 1
const words = 2
const failure = 3
/** Lines of the protocol itself begin with a letter. */
const firstLetter = 0x20

/** The pack in the answer to a fetch. Throws where the server says that it failed. */
export const packIn = async (answer: Buffer): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const packet of packets(once(answer))) {
    if (typeof packet === 'string' || packet.length === 0) continue
    const band = packet[0] as number
    if (band >= firstLetter) lineOf(packet)
    else if (band === data) parts.push(packet.subarray(1))
    else if (band === failure) throw noGit(packet.toString('utf8', 1, 200).trim())
    else if (band !== words) throw noGit('its answer is no side-band')
  }
  return Buffer.concat(parts)
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
