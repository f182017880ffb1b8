/** Waits for what nobody tells: looks again, with short rests in which those that are waited for get the processor. */
import { setTimeout as delay } from 'node:timers/promises'

const patienceMs = 30_000
const restMs = 5

export const untilSo = async (isSo: () => boolean): Promise<void> => {
  const giveUpAt = performance.now() + patienceMs
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error(`not so after ${patienceMs / 1000} s: ${isSo}`)
    await delay(restMs)
  }
}
