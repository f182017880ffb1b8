/**
 * One question and its answer over a unix socket, in HTTP/1.0, where an answer ends with its connection. To load and run
 * Node's own client of HTTP takes 7 ms, of the 60 that `gitproc status` may take as a whole.
 */
import { connect } from 'node:net'

export interface Question {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** JSON; undefined: none. */
  readonly body: string | undefined
}

export interface Answer {
  readonly status: number
  readonly text: string
}

/** Fails as the connection does, and where it ends before the answer does. */
export const exchange = (socketPath: string, question: Question): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(socketPath)
    socket.on('error', reject)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('close', () => {
      const answer = answerOf(Buffer.concat(chunks))
      if (answer === undefined) reject(new Error('the connection was closed'))
      else resolve(answer)
    })
    socket.write(textOf(question))
  })

const textOf = ({ method, path, body }: Question): string => {
  const head = `${method} ${path} HTTP/1.0\r\nhost: gitproc\r\n`
  if (body === undefined) return `${head}\r\n`
  return `${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

const endOfHead = '\r\n\r\n'

/** Undefined where it was cut off: the daemon says of each answer how long it is. */
const answerOf = (bytes: Buffer): Answer | undefined => {
  const end = bytes.indexOf(endOfHead)
  const head = bytes.toString('latin1', 0, end)
  const status = /^HTTP\/1\.\d (\d{3})/.exec(head)?.[1]
  if (end === -1 || status === undefined) return undefined
  const body = bytes.subarray(end + endOfHead.length)
  const length = /^content-length: *(\d+)/im.exec(head)?.[1]
  if (length !== undefined && body.length < Number(length)) return undefined
  return { status: Number(status), text: body.toString() }
}
