import { type TSchema, Type } from 'typebox'
import { errorCodes } from '../errors.ts'
import { isRefusedStatus, PROBLEM_MEDIA_TYPE, type Problem, problemKinds, refusal } from './problem.ts'

export const ProblemSchema = Type.Object(
  {
    type: Type.Literal('about:blank'),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.Unsafe<Problem['code']>({ type: 'string', enum: [...errorCodes] }),
    detail: Type.String(),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            in: Type.Unsafe<string>({ type: 'string', enum: ['body', 'query', 'path', 'header'] }),
            path: Type.String({ description: 'A JSON pointer (RFC 6901) within that part of the request' }),
            message: Type.String(),
          },
          { $id: 'Fault' },
        ),
      ),
    ),
  },
  { $id: 'Problem', description: 'RFC 9457 problem details' },
)

/** Refusals that any route may answer with; 414 and 431 have no code of their own. */
const everywhere = [400, 414, 422, 429, 431, 500, 503]
const authenticated = [401, ...everywhere]

/** The `response` entries of a route that asks for a token. */
export function problems(...statuses: number[]): Record<number, TSchema> {
  return entries([...authenticated, ...statuses])
}

/** The `response` entries of a route that is open to all. */
export function publicProblems(...statuses: number[]): Record<number, TSchema> {
  return entries([...everywhere, ...statuses])
}

function entries(statuses: readonly number[]): Record<number, TSchema> {
  return Object.fromEntries(
    [...new Set(statuses)].sort((a, b) => a - b).map((status) => [status, entry(status)]),
  )
}

function entry(status: number): TSchema {
  const kinds = Object.values(problemKinds).filter((kind) => kind.status === status)
  const titles =
    kinds.length === 0 && isRefusedStatus(status) ? [refusal(status).title] : kinds.map(({ title }) => title)
  const [mediaType = ''] = PROBLEM_MEDIA_TYPE.split(';')
  return Type.Unsafe({
    description: titles.join(' or '),
    content: { [mediaType]: { schema: { $ref: 'Problem#' } } },
  })
}
