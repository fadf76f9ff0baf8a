import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createClient } from '../../src/index.ts'
import { memoryStorage, openReplica } from '../../src/replica/index.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

test('a request without an answer does not hold up the end, after a garbage collection neither', async () => {
  let onRequest = () => {}
  const asked = new Promise<void>((resolve) => {
    onRequest = resolve
  })
  const silent = createServer(() => onRequest()).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const client = createClient({ baseUrl: `http://127.0.0.1:${port}`, token: () => 'a token' })
  const replica = await openReplica({ client, userId: 'someone', storage: memoryStorage() })
  await asked
  // What was made in a turn of the event loop is collected in a later one.
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise(setImmediate)
    collectGarbage()
  }
  await replica.close()
  silent.closeAllConnections()
  silent.close()
  expect(replica.state.network).toBe('online')
})
