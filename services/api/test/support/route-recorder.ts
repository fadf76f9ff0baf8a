import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'

const CHANNEL = 'fastify.initialization'

/** Every `METHOD /path` that is registered while `work` runs, whichever file registers it. */
export async function recordRoutes<T>(work: () => Promise<T>): Promise<{ routes: string[]; result: T }> {
  const routes = new Set<string>()
  const onInitialization = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      const path = url.length > 1 ? url.replace(/\/$/, '') : url
      for (const name of [method].flat()) routes.add(`${name} ${path}`)
    })
  }
  subscribe(CHANNEL, onInitialization)
  try {
    const result = await work()
    return { routes: [...routes].sort(), result }
  } finally {
    unsubscribe(CHANNEL, onInitialization)
  }
}
