import type { SerializerFactory } from '@fastify/fast-json-stringify-compiler'
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import { lazily } from './lazily.ts'

/** Fastify's own serializers, but that of a route and status is compiled with its first answer: a fifth of a start. */
export const buildSerializer: SerializerFactory = (externalSchemas, options) => {
  const compile = SerializerSelector()(externalSchemas, options)
  return (route) => lazily(() => compile(route))
}
