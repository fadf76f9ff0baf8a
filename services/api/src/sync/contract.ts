import { Type } from 'typebox'
import { AppError } from '../errors.ts'
import { problems } from '../http/contract/problem-schema.ts'
import { exampleId } from '../tasks/fields.ts'
import { exampleSealed } from '../tasks/schema.ts'
import { ChangeList, ChangesQuery, EventsQuery } from './schema.ts'

const tags = ['sync']
const exampleEvent = [
  `event: ready\nid: ${exampleSealed}\ndata: {"type":"ready"}\n\n`,
  `id: ${exampleSealed}\ndata: {"type":"deleted","id":"${exampleId}"}\n\n`,
].join('')

export const listChanges = {
  tags,
  summary: 'List changes since a token, in commit order',
  operationId: 'listChanges',
  querystring: ChangesQuery,
  response: { 200: ChangeList, ...problems(410) },
}

export const followChanges = {
  tags,
  summary: 'Follow changes as they happen (server-sent events)',
  description:
    'First comes an event named `ready`; every other has no name and is a change. The `id` of each is a sync ' +
    'token, so `Last-Event-ID` resumes without a gap. Without one, the stream begins now. It ends when the ' +
    'token expires.',
  operationId: 'followChanges',
  querystring: EventsQuery,
  headers: Type.Object({
    'last-event-id': Type.Optional(Type.String({ maxLength: 200, examples: [exampleSealed] })),
  }),
  response: {
    200: Type.Unsafe({
      description: 'Changes',
      content: { 'text/event-stream': { schema: { type: 'string', examples: [exampleEvent] } } },
    }),
    ...problems(410, streamOpen()),
  },
}

export function streamOpen(): AppError {
  return new AppError('conflict', 'This connection has a stream already')
}
