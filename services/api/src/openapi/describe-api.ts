import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import { ProblemSchema } from '../http/contract/problem-schema.ts'
import { readVersion } from '../package.ts'
import { completeDocument } from './complete-document.ts'
import { consoleScript, consoleStyle, forConsole } from './console.ts'
import { addExamples } from './examples.ts'
import { NamedSchemas } from './named-schemas.ts'

export interface TokensTold {
  /** Whether the service has an issuer of its own, and whether that one makes an account for anybody. */
  hasIssuer: boolean
  signUp: boolean
}

export interface Described {
  tokens: TokensTold
  /** Of the resources. */
  tags: readonly { name: string; description: string }[]
  /** Schemas that other schemas refer to. */
  schemas: readonly TSchema[]
  isProtected: (path: string) => boolean
}

const description = (tokens: TokensTold) =>
  `Every user's tasks are theirs alone: another user's task is not found, exactly like one that never was.

Send an access token (a JWT) as \`Authorization: Bearer …\`. ${waysOf(tokens)}
Errors are RFC 9457 problem details with a stable \`code\`.`
const ownTokens = 'Sign up or in for a session; `GET /auth/token` gives an access token for it.'
const ownTokensByOperator =
  'Sign in for a session, with an account that whoever runs this service has made for you; `GET /auth/token` gives an access token for it.'
const othersTokens = 'It comes from the issuer that this service is configured for.'

function waysOf({ hasIssuer, signUp }: TokensTold): string {
  if (!hasIssuer) return othersTokens
  return signUp ? ownTokens : ownTokensByOperator
}

const sessionSchemes = {
  session: { type: 'http', scheme: 'bearer', description: 'The session token of a sign-in' },
  sessionCookie: { type: 'apiKey', in: 'cookie', name: 'tasklane-session' },
} as const

/**
 * Lets the console load what it needs, from here alone. The library's own policy lets other hosts in and has
 * `upgrade-insecure-requests`, which leaves the page blank over plain HTTP on any host but localhost.
 * Swagger UI puts style elements into the page, hence 'unsafe-inline' for styles.
 */
const consolePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The API's description (OpenAPI 3.1), made from the schemas that validate and serialize, and its console. */
export async function describeApi(
  app: FastifyInstance,
  { tokens, tags, schemas, isProtected }: Described,
): Promise<void> {
  app.addSchema(ProblemSchema)
  for (const schema of schemas) app.addSchema(schema)
  const named = new NamedSchemas(() => app.getSchemas())
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tasklane',
        version: readVersion(),
        description: description(tokens),
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: [
        ...tags,
        ...(tokens.hasIssuer ? [{ name: 'auth', description: 'The built-in issuer' }] : []),
        { name: 'operations', description: 'For those who run it' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          ...(tokens.hasIssuer ? sessionSchemes : {}),
        },
      },
    },
    transform: ({ schema, url }) => ({ schema: named.describeRoute(schema), url }),
    transformObject: (input) =>
      'openapiObject' in input
        ? completeDocument(addExamples(named.complete(input.openapiObject)), isProtected)
        : input.swaggerObject,
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: consolePolicy,
    theme: {
      title: 'Tasklane API',
      css: [{ filename: 'console.css', content: consoleStyle }],
      js: [{ filename: 'console.js', content: consoleScript }],
    },
    transformSpecification: forConsole,
    // Several plugins wrap one component, and each is to have its say.
    uiConfig: {
      layout: 'BaseLayout',
      persistAuthorization: false,
      pluginsOptions: { pluginLoadType: 'chain' },
    },
  })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
}
