import type { FastifyInstance } from 'fastify'
import { AppError, notFound } from '../errors.ts'

interface KnownPath {
  pattern: RegExp
  methods: Set<string>
}

/**
 * Refuses what no route serves, before its body is read: 405 with `Allow` on a known path, else 404.
 * Fastify by itself answers 404 to both.
 */
export function refuseUnknownRoutes(app: FastifyInstance): void {
  const known = new Map<string, KnownPath>()
  app.addHook('onRoute', ({ url, method }) => {
    const entry = known.get(url) ?? { pattern: patternOf(url), methods: new Set() }
    for (const name of [method].flat()) entry.methods.add(name)
    known.set(url, entry)
  })
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, routeOptions } = request
    // The preflights' route takes every path there is.
    const is404 = request.is404 || routeOptions.url === '*'
    // A path without parameters is served as itself; `/tasks/batch` may have been taken for a task's.
    if (!is404 && routeOptions.url?.includes(':') !== true) return done()
    const path = pathOf(request.url)
    const exact = known.get(path.replace(/(?<=.)\/$/, ''))
    if (!is404 && (exact === undefined || exact.methods.has(method))) return done()
    const match = exact ?? [...known.values()].find(({ pattern }) => pattern.test(path))
    if (match === undefined) notFound('Resource')
    const allow = [...match.methods].sort().join(', ')
    throw new AppError('method_not_allowed', `The methods of this resource are ${allow}`, {
      headers: { allow },
    })
  })
  // Never reached: the hook above has answered. Without it Fastify would log and answer by itself.
  app.setNotFoundHandler(() => notFound('Resource'))
}

/** Decoded as the router decodes it. */
function pathOf(url: string): string {
  return decodeURI(url.split(/[?#]/, 1)[0] ?? '')
}

function patternOf(url: string): RegExp {
  const escaped = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:[^/]+/g, '[^/]+')
    .replace('*', '.*')
  return new RegExp(`^${escaped.replace(/\/$/, '')}/?$`)
}
