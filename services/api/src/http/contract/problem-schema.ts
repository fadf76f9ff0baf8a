import { type TSchema, Type } from 'typebox'
import { type AppError, errorCodes } from '../../errors.ts'
import { PROBLEM_MEDIA_TYPE, type Problem, problemOf } from './problem.ts'
import { type ExampleStatus, problemExamples } from './problem-examples.ts'

export const ProblemSchema = Type.Object(
  {
    type: Type.Literal('about:blank'),
    title: Type.String({ examples: ['Not found'] }),
    status: Type.Integer({ minimum: 400, maximum: 599, examples: [404] }),
    code: Type.Unsafe<Problem['code']>({ type: 'string', enum: [...errorCodes], examples: ['not_found'] }),
    detail: Type.String({ examples: ['Task not found'] }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            in: Type.Unsafe<string>({
              type: 'string',
              enum: ['body', 'query', 'path', 'header'],
              examples: ['body'],
            }),
            path: Type.String({
              description: 'A JSON pointer (RFC 6901) within that part of the request',
              examples: ['/title'],
            }),
            message: Type.String({ examples: ['must be at most 200 characters'] }),
          },
          { $id: 'Fault' },
        ),
      ),
    ),
  },
  { $id: 'Problem', description: 'RFC 9457 problem details', examples: [problemExamples[422]] },
)

/** Refusals that any route may answer with; 414 and 431 have no code of their own. */
const everywhere = [400, 414, 422, 429, 431, 500, 503] as const

/** A status whose answer is the same on every route, or an error as this route throws it. */
type Refusal = ExampleStatus | AppError

/** The `response` entries of a route that asks for a token. */
export function problems(...refusals: Refusal[]): Record<number, TSchema> {
  return entries([401, ...everywhere, ...refusals])
}

/** The `response` entries of a route that is open to all. */
export function publicProblems(...refusals: Refusal[]): Record<number, TSchema> {
  return entries([...everywhere, ...refusals])
}

function entries(refusals: readonly Refusal[]): Record<number, TSchema> {
  const examples = new Map<string, Problem>()
  for (const refusal of refusals) {
    const problem = typeof refusal === 'number' ? problemExamples[refusal] : problemOf(refusal)
    examples.set(`${problem.status} ${problem.code}`, problem)
  }
  const all = [...examples.values()]
  const statuses = [...new Set(all.map(({ status }) => status))].sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => [status, entry(all.filter((problem) => problem.status === status))]),
  )
}

/** With an example for each code that the status stands for. */
function entry(problems: readonly Problem[]): TSchema {
  const [mediaType = ''] = PROBLEM_MEDIA_TYPE.split(';')
  const examples = Object.fromEntries(problems.map((problem) => [problem.code, { value: problem }]))
  return Type.Unsafe({
    description: problems.map(({ title }) => title).join(' or '),
    content: { [mediaType]: { schema: { $ref: 'Problem#' }, examples } },
  })
}
