import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { ProblemSchema } from './http/problem-schema.ts'
import { completeDocument } from './openapi-document.ts'
import { Task } from './tasks/schema.ts'

const description = `Every user's tasks are theirs alone: another user's task is not found, exactly like one that never was.

Send a JWT as \`Authorization: Bearer …\`. With the built-in issuer: sign up below, then \`GET /auth/token\`.
Errors are RFC 9457 problem details with a stable \`code\`.`

/** The API's description (OpenAPI 3.1), made from the schemas that validate and serialize, and its console. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  app.addSchema(ProblemSchema)
  app.addSchema(Task)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Tasklane', version: '1.0.0', description, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: '/' }],
      tags: [
        { name: 'tasks', description: "The caller's tasks" },
        { name: 'auth', description: 'The built-in issuer' },
        { name: 'operations', description: 'For those who run it' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          session: { type: 'http', scheme: 'bearer', description: 'The session token of a sign-in' },
          sessionCookie: { type: 'apiKey', in: 'cookie', name: 'tasklane-session' },
        },
      },
    },
    transformObject: (input) =>
      'openapiObject' in input ? completeDocument(input.openapiObject) : input.swaggerObject,
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `schema-${i}`) },
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { persistAuthorization: false },
  })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
}
