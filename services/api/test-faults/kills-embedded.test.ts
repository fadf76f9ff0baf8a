import { test } from 'vitest'
import { embeddedHome } from './support/home.ts'
import { killUnderLoad } from './support/kill.ts'

test('what was acknowledged is there after the service was killed, on the embedded engine', async () => {
  await killUnderLoad('kill -9 of the service, embedded', await embeddedHome())
})
