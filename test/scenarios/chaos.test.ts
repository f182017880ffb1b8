/** The short form of `npm run chaos`: gitproc's books against those that the services keep of themselves. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runChaos } from '../chaos/chaos.ts'

test('a daemon killed at random moments under load loses no line and no exit, and starts nothing twice', async () => {
  const figures = await runChaos({ kills: 25 })
  assert.deepEqual(figures.faults, [])
  // What was not looked at could not have been found wrong.
  assert.ok(figures.lines > 500 && figures.exits > 10, JSON.stringify(figures))
})
