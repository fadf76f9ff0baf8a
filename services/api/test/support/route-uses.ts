/** What is sent to a route besides its path. */
export interface Sent {
  query?: string
  body?: unknown
  headers?: Record<string, string>
}

/**
 * How a test uses a route, and what it answers. The matrix and the isolation run are made from this table, so a
 * route that is not in it is a route that nobody has thought about: the build fails.
 */
export interface RouteUse {
  /** Who is let in: anybody, the holder of a session of the built-in issuer, or a caller with a valid token. */
  opensTo: 'anybody' | 'session' | 'caller'
  /** The status where nothing stands in the way. */
  answers: number
  /** Which of the caller's own tasks the route finds by its id; absent where it takes no id. */
  finds?: 'live' | 'trashed'
  /** The status where it finds none; 404 unless the id is one among several in the body. */
  refuses?: number
  /** What goes with the path; the id is for routes that take theirs in the body. */
  send?: (id: string) => Sent
  /** For an answer that has no end: what to wait for in it before hanging up. */
  until?: RegExp
  /** Whether afterwards the caller has nothing left to look at, so that it has to come last. */
  last?: true
}

const title = { title: 'Sent by the matrix' }
const passwords = { current_password: 'long enough', new_password: 'longer than before' }
const credentials = { email: 'matrix@example.com', password: 'a long password' }

const open = (answers: number, send?: RouteUse['send']): RouteUse => ({
  opensTo: 'anybody',
  answers,
  ...(send !== undefined && { send }),
})
const own = (answers: number, more: Omit<RouteUse, 'opensTo' | 'answers'> = {}): RouteUse => ({
  opensTo: 'caller',
  answers,
  ...more,
})

const update = (id: string) => ({ body: { operations: [{ op: 'update', id, completed: true }] } })

const ndjson = { 'content-type': 'application/x-ndjson' }
const time = '2026-01-01T00:00:00.000Z'

/** Another account's export of one task. */
const exportOf = (id: string) =>
  [
    { type: 'export', version: 1, user_id: id, exported_at: time },
    {
      type: 'task',
      id,
      ...title,
      description: null,
      completed: true,
      created_at: time,
      updated_at: time,
      deleted_at: null,
    },
    { type: 'end', count: 1 },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('')

/**
 * By `METHOD /path`, as the app registers it. HEAD is used like the GET of the same path. What the contract names
 * and no app serves yet may stand here already: it is tested from the day it is served.
 */
export const routeUses: Record<string, RouteUse> = {
  'GET /': open(200),
  'GET /livez': open(200),
  'GET /readyz': open(200),
  'GET /metrics': open(200),
  'GET /openapi.json': open(200),
  'GET /docs': open(200),
  'GET /docs/index.html': open(200),
  'GET /docs/json': open(200),
  'GET /docs/yaml': open(200),
  'GET /docs/static/*': open(200),
  'GET /docs/static/index.html': open(302),
  'GET /docs/static/swagger-initializer.js': open(200),
  'GET /docs/static/theme/console.css': open(200),
  'GET /docs/static/theme/console.js': open(200),

  ...Object.fromEntries(
    [
      ...['/sign-in', '/create-account', '/today', '/upcoming', '/completed', '/search'],
      ...['/manifest.webmanifest', '/sw.js'],
    ].map((path) => [`GET ${path}`, open(200)]),
  ),
  // The name of a file changes with what is in it: there is none of this name.
  'GET /assets/:name': open(404),

  'GET /.well-known/jwks.json': open(200),
  'POST /auth/sign-up/email': open(200, () => ({ body: { ...credentials, name: 'Matrix' } })),
  'POST /auth/sign-in/email': open(200, () => ({ body: credentials })),
  'POST /auth/sign-out': open(200),
  'GET /auth/token': { opensTo: 'session', answers: 200 },
  'POST /auth/password': { opensTo: 'session', answers: 204, send: () => ({ body: passwords }) },
  'GET /auth/sessions': { opensTo: 'session', answers: 200 },
  'DELETE /auth/sessions': { opensTo: 'session', answers: 204 },
  // No session has the id that the matrix sends; sessions.test.ts ends those that are there.
  'DELETE /auth/sessions/:id': { opensTo: 'session', answers: 404 },

  'POST /tasks': own(201, { send: () => ({ body: title }) }),
  'GET /tasks': own(200, { send: () => ({ query: '?page=1&per_page=100' }) }),
  'GET /tasks/:id': own(200, { finds: 'live' }),
  'PATCH /tasks/:id': own(200, { finds: 'live', send: () => ({ body: { completed: true, ...title } }) }),
  'DELETE /tasks/:id': own(204, { finds: 'live' }),
  // Beside itself no task is put: what it finds and tells nobody, moves.test.ts has.
  'POST /tasks/:id/move': own(422, { finds: 'live', refuses: 422, send: (id) => ({ body: { before: id } }) }),
  'GET /tags': own(200),
  'POST /tasks/batch': own(200, { finds: 'live', send: update }),
  'GET /tasks/changes': own(200),
  'GET /tasks/events': own(200, { until: /\n\n/ }),

  'GET /trash': own(200),
  'POST /trash/:id/restore': own(200, { finds: 'trashed' }),
  'DELETE /trash/:id': own(204, { finds: 'trashed' }),
  'DELETE /trash': own(204),

  'GET /me': own(200),
  'GET /me/export': own(200),
  'POST /me/import': own(200, { send: (id) => ({ body: exportOf(id), headers: ndjson }) }),
  'DELETE /me': own(204, { last: true }),
}

export const routeUseOf = (route: string): RouteUse | undefined =>
  routeUses[route] ?? (route.startsWith('HEAD ') ? routeUses[route.replace('HEAD', 'GET')] : undefined)
