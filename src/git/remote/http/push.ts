/** Pushes one commit over HTTP (gitprotocol-pack(5), "Pushing Data To a Server"): forward only, from where the ref is there. */
import { join } from 'node:path'
import { newObjects } from '../../new-objects.ts'
import { ObjectStore } from '../../object-store.ts'
import { packOf } from '../../pack/pack-writer.ts'
import type { PushRequest } from '../transport.ts'
import { flush, lineOf, lines, noGit, type Packet, packets, pktLine } from './pkt-line.ts'
import { sideBand } from './side-band.ts'
import { advertisement, expectStatus, type HttpPlace } from './upload-pack.ts'

const service = 'git-receive-pack'
const nothing = '0'.repeat(40)

/** Throws with `code` `moved` or `rejected`, and why. */
export const pushCommit = async (place: HttpPlace, request: PushRequest): Promise<void> => {
  const { parent, objects } = ofRepository(request)
  const { tip, abilities } = await advertisement(place, request.ref, service)
  if (tip?.sha !== parent) throw failure('git/moved', 'it is elsewhere')
  const ways = ['report-status', 'side-band-64k'].filter((way) => abilities.words.includes(way))
  if (!ways.includes('report-status')) throw noGit('it does not say what became of a push')
  const command = `${parent ?? nothing} ${request.commit} ${request.ref}\0${ways.join(' ')}\n`
  const body = Buffer.concat([Buffer.from(pktLine(command) + flush), packOf(objects)])
  await send(place, body, ways.includes('side-band-64k'))
}

const ofRepository = ({ gitDir, commit }: PushRequest): ReturnType<typeof newObjects> => {
  const store = new ObjectStore(join(gitDir, 'objects'))
  try {
    return newObjects(store, commit)
  } finally {
    store.close()
  }
}

const send = (
  { client, url, headers, signal }: HttpPlace,
  body: Buffer,
  hasBands: boolean,
): Promise<void> => {
  const question = {
    url: `${url}/${service}`,
    headers: { ...headers, 'content-type': `application/x-${service}-request` },
    body,
  }
  return client.ask(question, signal, async (answer) => {
    expectStatus(answer)
    const incoming = packets(answer.body)
    let said = ''
    const hear = (text: string): void => {
      said += text
    }
    await readReport(hasBands ? lines(sideBand(incoming, hear)) : plain(incoming), () => said)
  })
}

async function* plain(incoming: AsyncGenerator<Packet>): AsyncGenerator<string> {
  for await (const packet of incoming) if (typeof packet !== 'string') yield lineOf(packet)
}

/** `unpack ok`, then `ok REF` or `ng REF WHY`. */
const readReport = async (report: AsyncIterable<string>, said: () => string): Promise<void> => {
  let isTaken = false
  for await (const line of report) {
    if (line.startsWith('unpack ') && line !== 'unpack ok') throw failure('git/rejected', line)
    const why = /^ng \S+ (.*)$/.exec(line)?.[1]
    if (why !== undefined) throw refusal(why, said().trim())
    isTaken ||= line.startsWith('ok ')
  }
  if (!isTaken) throw noGit('it does not say what became of a push')
}

const refusal = (why: string, said: string): Error =>
  /non-fast-forward|fetch first|stale info|failed to (update|lock)|cannot lock ref|already exists/.test(why)
    ? failure('git/moved', why)
    : failure('git/rejected', said === '' ? why : `${why}: ${said.split('\n', 1)[0]}`)

const failure = (code: 'git/moved' | 'git/rejected', why: string): Error =>
  Object.assign(new Error(why), { code })
