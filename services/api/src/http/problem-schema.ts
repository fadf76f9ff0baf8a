import { type TSchema, Type } from 'typebox'
import { errorCodes } from '../errors.ts'
import { PROBLEM_MEDIA_TYPE, type Problem, problemKinds } from './problem.ts'

export const ProblemSchema = Type.Object(
  {
    type: Type.Literal('about:blank'),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.Unsafe<Problem['code']>({ type: 'string', enum: [...errorCodes] }),
    detail: Type.String(),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          in: Type.Unsafe<string>({ type: 'string', enum: ['body', 'query', 'path', 'header'] }),
          path: Type.String({ description: 'A JSON pointer (RFC 6901) within that part of the request' }),
          message: Type.String(),
        }),
      ),
    ),
  },
  { $id: 'Problem', description: 'RFC 9457 problem details' },
)

/** Refusals that any route may answer with. */
const everywhere = [429, 500, 503] as const
const authenticated = [401, ...everywhere] as const

/** The `response` entries of a route that asks for a token. */
export function problems(...statuses: number[]): Record<number, TSchema> {
  return entries([...authenticated, ...statuses])
}

/** The `response` entries of a route that is open to all. */
export function publicProblems(...statuses: number[]): Record<number, TSchema> {
  return entries([...everywhere, ...statuses])
}

function entries(statuses: readonly number[]): Record<number, TSchema> {
  return Object.fromEntries(statuses.toSorted((a, b) => a - b).map((status) => [status, entry(status)]))
}

function entry(status: number): TSchema {
  const titles = Object.values(problemKinds).filter((kind) => kind.status === status)
  const [mediaType = ''] = PROBLEM_MEDIA_TYPE.split(';')
  return Type.Unsafe({
    description: titles.map(({ title }) => title).join(' or '),
    content: { [mediaType]: { schema: { $ref: 'Problem#' } } },
  })
}
