/*
 * Additions to Swagger UI for the console at /docs. They are served from here, like everything that the page loads; the
 * page's policy lets nothing else in.
 */

/** Runs before Swagger UI starts, and adds a plugin to what it is started with. */
export const consoleScript = `(() => {
  // Swagger UI's own page has none, and a phone shows it at a third of its size.
  const viewport = document.createElement('meta')
  viewport.name = 'viewport'
  viewport.content = 'width=device-width, initial-scale=1'
  document.head.append(viewport)

  const prefersDark = matchMedia('(prefers-color-scheme: dark)')
  const follow = () => document.documentElement.classList.toggle('dark-mode', prefersDark.matches)
  prefersDark.addEventListener('change', follow)
  follow()

  const LISTEN_MILLISECONDS = 5000
  const RENEW_BEFORE_MILLISECONDS = 60000

  /** What a stream tells in a few seconds: Swagger UI shows an answer only when it has ended. */
  async function listen(url, options) {
    const abort = new AbortController()
    const answer = await fetch(url, { ...options, signal: abort.signal })
    if (!answer.ok) return answer
    const timer = setTimeout(() => abort.abort(), LISTEN_MILLISECONDS)
    const decoder = new TextDecoder()
    let text = ''
    try {
      for (const reader = answer.body.getReader(); ; ) {
        const { done, value } = await reader.read()
        if (done) break
        text += decoder.decode(value, { stream: true })
      }
    } catch (error) {
      if (!abort.signal.aborted) throw error
    }
    clearTimeout(timer)
    return new Response(text, { status: answer.status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
  }

  async function ask(path, options) {
    const answer = await fetch(path, options)
    const body = await answer.json()
    if (answer.ok) return body
    const faults = body.errors?.map((fault) => fault.path.slice(1) + ' ' + fault.message)
    throw new Error(faults?.join(', ') ?? body.detail)
  }

  const expiryOf = (token) => JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).exp * 1000

  function plugin({ React: { createElement, Fragment, useState } }) {
    let renewal
    async function signIn(system, path, account) {
      const { token: session } = await ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(account),
      })
      const renew = async () => {
        const { token } = await ask('/auth/token', { headers: { authorization: 'Bearer ' + session } })
        const schema = { type: 'http', scheme: 'bearer' }
        system.authActions.authorize({
          bearer: { name: 'bearer', schema, value: token },
          session: { name: 'session', schema, value: session },
        })
        clearTimeout(renewal)
        renewal = setTimeout(() => renew().catch(() => {}), expiryOf(token) - Date.now() - RENEW_BEFORE_MILLISECONDS)
      }
      await renew()
    }

    function SignIn({ system }) {
      const [told, tell] = useState('')
      async function submit(event) {
        event.preventDefault()
        const { email, password } = event.target.elements
        const path = event.nativeEvent.submitter.value
        tell('…')
        try {
          await signIn(system, path, { email: email.value, password: password.value })
          tell('Signed in as ' + email.value + ': every request below is sent with your token.')
        } catch (error) {
          tell(error.message)
        }
      }
      const field = (name, type, autoComplete) =>
        createElement('label', null, name, createElement('input', { name: type, type, autoComplete, required: true }))
      const button = (text, value) => createElement('button', { className: 'btn authorize', value }, text)
      return createElement(
        'form',
        { className: 'sign-in', onSubmit: submit },
        field('E-mail', 'email', 'username'),
        field('Password', 'password', 'current-password'),
        button('Sign in', '/auth/sign-in/email'),
        button('Sign up', '/auth/sign-up/email'),
        createElement('output', null, told),
      )
    }

    return {
      wrapComponents: {
        AuthorizeBtnContainer: (Original, system) => (props) => {
          const hasIssuer = system.specSelectors.specJson().hasIn(['paths', '/auth/sign-in/email'])
          return createElement(
            Fragment,
            null,
            hasIssuer && createElement(SignIn, { system }),
            createElement(Original, props),
          )
        },
        responses: (Original) =>
          function Responses(props) {
            const [isOpen, open] = useState(false)
            const isError = (_, code) => code >= '400'
            const errors = props.responses.filter(isError)
            if (errors.isEmpty()) return createElement(Original, props)
            const responses = isOpen ? props.responses : props.responses.filterNot(isError)
            const toggle = { className: 'errors', type: 'button', 'aria-expanded': isOpen, onClick: () => open(!isOpen) }
            return createElement(
              Fragment,
              null,
              createElement(Original, { ...props, responses }),
              createElement('button', toggle, (isOpen ? 'Hide errors ' : 'Show errors ') + errors.keySeq().join(', ')),
            )
          },
      },
    }
  }

  const start = window.SwaggerUIBundle
  window.SwaggerUIBundle = Object.assign(
    (config) =>
      start({
        ...config,
        plugins: [...config.plugins, plugin],
        requestInterceptor: (request) => {
          if (new URL(request.url, location.href).pathname === '/tasks/events') request.userFetch = listen
          return request
        },
      }),
    start,
  )
})()
`

export const consoleStyle = `
.swagger-ui .scheme-container .schemes { flex-wrap: wrap; gap: 1rem; }
.swagger-ui .sign-in { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
.swagger-ui .sign-in label { display: grid; gap: .25rem; margin: 0; color: inherit; }
.swagger-ui .sign-in input { min-width: min(15rem, 80vw); margin: 0; }
.swagger-ui .sign-in output { flex-basis: 100%; font-size: 14px; min-height: 1.4em; }
.swagger-ui button.errors { width: 100%; padding: .75rem 1.25rem; border: 0; background: none; color: inherit; font: inherit; font-size: 14px; text-align: start; cursor: pointer; text-decoration: underline; }
/* Dark on dark otherwise. */
html.dark-mode .swagger-ui .headers td { color: inherit; }
/* No answer has any; the column takes the room that a phone lacks. */
.swagger-ui .response-col_links { display: none; }
`

interface Illustrated {
  example?: unknown
  examples?: unknown
}
interface Parameter extends Illustrated {
  required?: boolean
  schema?: Illustrated
}
interface Operation {
  security?: Record<string, unknown>[]
  description?: string
  parameters?: Parameter[]
}
interface Described {
  components?: { securitySchemes?: Record<string, { in?: string }> }
  paths?: Record<string, Record<string, Operation>>
}

/**
 * The document as the console can act on it: without cookies, which no page may set for a request, without examples
 * of optional parameters, and with a word on the stream, of which it shows the beginning.
 */
export function forConsole<T extends object>(document: T): T {
  const { components, paths = {} } = document as Described
  const schemes = Object.entries(components?.securitySchemes ?? {})
  const cookies = schemes.filter(([, scheme]) => scheme.in === 'cookie').map(([name]) => name)
  for (const name of cookies) delete components?.securitySchemes?.[name]
  for (const operation of Object.values(paths).flatMap((operations) => Object.values(operations))) {
    operation.security = operation.security?.filter((one) => !cookies.some((name) => name in one)) ?? []
    for (const parameter of operation.parameters ?? []) leaveEmptyUnlessRequired(parameter)
  }
  const stream = paths['/tasks/events']?.get
  if (stream !== undefined)
    stream.description += '\n\n**Here:** what comes within five seconds is shown when they are over.'
  return document
}

/** The console sends every example that it fills in, and an example of a cursor or a sync token opens nothing. */
function leaveEmptyUnlessRequired(parameter: Parameter): void {
  if (parameter.required === true) return
  for (const part of [parameter, parameter.schema]) {
    delete part?.example
    delete part?.examples
  }
}
