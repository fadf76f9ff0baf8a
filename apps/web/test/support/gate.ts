import type { BrowserContext } from 'playwright-core'

export interface Gate {
  opened: Promise<void>
  open: () => void
}

/** Closed until it is opened, and open from then on. */
export function closedGate(): Gate {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

/** Holds back all requests to these addresses until the gate is opened. */
export async function holdBack(context: BrowserContext, address: string): Promise<Gate> {
  const gate = closedGate()
  await context.route(address, async (route) => {
    await gate.opened
    await route.continue()
  })
  return gate
}
