import type { Contract } from './contract.ts'
import type { FuzzRequest } from './requests.ts'
import type { FuzzAnswer } from './send.ts'
import type { Memory } from './values.ts'

const problem = { $ref: '#/components/schemas/Problem' }

/** What JavaScript makes of a value that is not there, or is no text; no request says it. */
const leaks = ['undefined', '[object ']

/** What is wrong with the answer; undefined for nothing. */
export function faultOf(contract: Contract, request: FuzzRequest, answer: FuzzAnswer): string | undefined {
  const { status } = answer
  const { expected, kind, method, operation } = request
  if (status >= 500) return `a server error ${status}`
  const leak = leaks.find((text) => answer.text.includes(text))
  if (leak !== undefined) return `${leak} in the answer`
  // A long enough URL is refused before anything else of the request is read.
  if (typeof expected === 'number' && status !== expected && status !== 414 && status !== 431)
    return `${status} where ${expected} is due`
  if (expected === 'refused' && status < 400) return `a known fault was accepted with ${status}`
  if (method === 'HEAD') return answer.text === '' ? undefined : 'a body in answer to HEAD'
  if (status >= 400) {
    if (answer.type !== 'application/problem+json') return `a refusal as ${answer.type}`
    if (!contract.isValid(problem, JSON.parse(answer.text))) return 'a refusal that is no problem'
  }
  if (kind === 'other method') return undefined
  const response = operation.responses[status]
  if (response === undefined) return `the status ${status}, which is not documented`
  return bodyFault(contract, response.content, answer)
}

function bodyFault(
  contract: Contract,
  content: Record<string, { schema?: object }> | undefined,
  { status, type, text }: FuzzAnswer,
): string | undefined {
  if (content === undefined)
    return text === '' ? undefined : `a body in a ${status} that is documented without`
  const media = content[type]
  if (media === undefined) return `${status} as ${type}, which is not documented`
  if (!type.endsWith('json') || type.endsWith('ndjson') || media.schema === undefined) return undefined
  return contract.isValid(media.schema, JSON.parse(text)) ? undefined : `a ${status} that breaks its schema`
}

const MEMORY_SIZE = 50

/** Keeps what later requests can build on: ids of tasks, and tokens that only the server makes. */
export function remember(memory: Memory, { status, type, text }: FuzzAnswer): void {
  if (status >= 300 || type !== 'application/json' || text === '') return
  JSON.parse(text, (key, value: unknown) => {
    if (typeof value !== 'string') return value
    if (key === 'id') memory.ids.push(value)
    if (/next|cursor|since/.test(key)) memory.tokens.push(value)
    return value
  })
  memory.ids.splice(0, memory.ids.length - MEMORY_SIZE)
  memory.tokens.splice(0, memory.tokens.length - MEMORY_SIZE)
}
