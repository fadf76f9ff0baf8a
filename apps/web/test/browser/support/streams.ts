import type { Page, Request } from 'playwright-core'
import { expect } from 'vitest'
import type { Person } from './person.ts'

/** The pages that hold an event stream open. */
export function streamsOf({ context }: Person): () => Page[] {
  const open = new Set<Request>()
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/tasks/events') open.add(request)
  })
  const end = (request: Request) => open.delete(request)
  context.on('requestfinished', end).on('requestfailed', end)
  return () => [...open].map((request) => request.frame().page()).filter((page) => !page.isClosed())
}

/** The page with the one stream, once there is one: after a failure it is closed, and is opened again. */
export async function leaderOf(streams: () => Page[]): Promise<Page> {
  let open: Page[] = []
  const look = () => {
    open = streams()
    return open.length
  }
  await expect.poll(look).toBe(1)
  const [leader] = open
  if (leader === undefined) throw new Error('No tab leads')
  return leader
}
