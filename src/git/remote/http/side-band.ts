/** Several streams in one (gitprotocol-pack(5)): the data, what the server says meanwhile, and what went wrong. */
import { noGit, type Packet } from './pkt-line.ts'

const data = 1
const words = 2
const maxWords = 2000

/** The data, up to the end of the section. `hear` is given what the server says to people, bounded. */
export async function* sideBand(
  packets: AsyncGenerator<Packet>,
  hear: (text: string) => void = () => undefined,
): AsyncGenerator<Buffer> {
  let left = maxWords
  for (
    let next = await packets.next();
    next.done !== true && next.value !== 'flush';
    next = await packets.next()
  ) {
    const packet = next.value
    if (typeof packet === 'string' || packet.length === 0) throw noGit('its answer is no side-band')
    const rest = packet.subarray(1)
    if (packet[0] === data) yield rest
    else if (packet[0] !== words) throw noGit(rest.toString('utf8', 0, maxWords).trim())
    else if (left > 0) {
      hear(rest.toString('utf8', 0, left))
      left -= rest.length
    }
  }
}
