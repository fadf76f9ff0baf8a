import type { BrowserContext } from 'playwright-core'
import { createGate } from '../../../../services/api/test/support/gate.ts'

/** Holds back all requests to these addresses until the gate is opened. */
export async function holdBack(
  context: BrowserContext,
  address: string,
): Promise<ReturnType<typeof createGate>> {
  const gate = createGate()
  await context.route(address, async (route) => {
    await gate.passed
    await route.continue()
  })
  return gate
}
