import { test } from 'vitest'
import { serverHome } from './support/home.ts'
import { killUnderLoad } from './support/kill.ts'

test('what was acknowledged is there after the service was killed, on PostgreSQL', async () => {
  await killUnderLoad('kill -9 of the service, PostgreSQL', await serverHome())
})
