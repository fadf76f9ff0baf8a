import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError, notFound } from '../../errors.ts'

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
    // The preflights' route takes every path there is.
    const isServed = !request.is404 && request.routeOptions.url !== '*'
    const path = isServed ? literalPath(request) : pathOf(request.url)
    const exact = path === undefined ? undefined : known.get(path)
    if (isServed && (exact === undefined || exact.methods.has(request.method))) return done()
    const match = exact ?? [...known.values()].find(({ pattern }) => pattern.test(path ?? ''))
    if (match === undefined) notFound('Resource')
    const allow = [...match.methods].sort().join(', ')
    throw new AppError('method_not_allowed', `The methods of this resource are ${allow}`, {
      headers: { allow },
    })
  })
  // Never reached: the hook above has answered. Without it Fastify would log and answer by itself.
  app.setNotFoundHandler(() => notFound('Resource'))
}

/** The path as it was sent: the router sends `GET /tasks/batch` to `/tasks/:id`, but it is a path of its own. */
function literalPath({ routeOptions: { url = '' }, params }: FastifyRequest): string | undefined {
  const at = url.indexOf(':')
  if (at === -1 || url.includes('/', at)) return undefined
  return `${url.slice(0, at)}${Object.values(Object(params))[0]}`
}

/** Decoded as the router decodes it, and without the slash at its end. */
function pathOf(url: string): string {
  const path = decodeURI(url.split(/[?#]/, 1)[0] ?? '')
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

function patternOf(url: string): RegExp {
  const escaped = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:[^/]+/g, '[^/]+')
    .replace('*', '.*')
  return new RegExp(`^${escaped.replace(/\/$/, '')}$`)
}
