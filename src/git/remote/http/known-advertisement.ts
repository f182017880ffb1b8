/**
 * What a server of protocol version 2 would list in the older one, which isomorphic-git speaks, of the one ref that it told us of a
 * moment ago: the library need not ask again, and a HEAD that names no branch there is in nobody's way.
 */
import type { RefTip } from '../transport.ts'
import { flush, pktLine } from './pkt-line.ts'

/** Every server that speaks version 2 has them in the older one. */
const abilities = 'multi_ack_detailed no-done side-band-64k ofs-delta shallow'

export const knownAdvertisement = ({ ref, sha }: RefTip): Buffer => {
  const lines = [`${sha} HEAD\0${abilities} symref=HEAD:${ref}\n`, `${sha} ${ref}\n`]
  return Buffer.from(
    `${pktLine('# service=git-upload-pack\n')}${flush}${lines.map(pktLine).join('')}${flush}`,
  )
}
