import { Type } from 'typebox'
import { problems } from '../http/contract/problem-schema.ts'

const TagList = Type.Object(
  {
    data: Type.Array(
      Type.Object(
        {
          tag: Type.String({ examples: ['home'] }),
          open_count: Type.Integer({
            minimum: 0,
            description: 'How many tasks that are not completed carry it',
            examples: [1],
          }),
        },
        { $id: 'Tag', additionalProperties: false },
      ),
    ),
  },
  { $id: 'TagList', additionalProperties: false },
)

export const listTags = {
  tags: ['tasks'],
  summary: 'List the tags of tasks, by code point',
  operationId: 'listTags',
  description: 'At most 1,000.',
  response: { 200: TagList, ...problems(422) },
}
