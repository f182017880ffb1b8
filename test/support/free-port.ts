/** A port that nobody used a moment ago, for servers that cannot be told to choose one. */
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** Resolves once somebody accepts connections there; other people's servers have no event to wait for. */
export const accepting = async (port: number, output: () => string, patienceMs = 10_000): Promise<void> => {
  for (const end = Date.now() + patienceMs; Date.now() < end; await delay(20)) if (await accepts(port)) return
  throw new Error(`nobody listens on ${port}: ${output()}`)
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
