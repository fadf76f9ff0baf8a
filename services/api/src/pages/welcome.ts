import type { FastifyPluginAsync } from 'fastify'

const pageOf = (accountNote: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tasklane</title>
<style>
  :root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif; }
  body { max-width: 38rem; margin: 12vh auto; padding: 0 1.25rem; }
  h1 { margin-bottom: 0; }
  code { font-size: .95em; }
</style>
<h1>Tasklane</h1>
<p>A task API where every user's tasks are theirs alone. It is running.</p>
<ul>
  <li><a href="/docs">Try it in the browser</a>: every endpoint, with a form for each.</li>
  <li><a href="/openapi.json">The API as OpenAPI 3.1</a></li>
  <li><a href="/readyz">Is it ready?</a></li>
</ul>
${accountNote}</html>
`

const ACCOUNTS_BY_OPERATOR = '<p>Sign-up is closed: for an account, ask whoever runs it.</p>\n'

/** The page for a person who opens the address in a browser. */
export const welcomePage: FastifyPluginAsync<{ accountsByOperator: boolean }> = async (
  app,
  { accountsByOperator },
) => {
  const page = pageOf(accountsByOperator ? ACCOUNTS_BY_OPERATOR : '')
  app.get('/', { schema: { hide: true } }, (_request, reply) => {
    reply.headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    })
    return page
  })
}
