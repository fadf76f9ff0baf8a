import { Type } from 'typebox'

const example = '"1795343900044"'
const tag = (description: string) => Type.Optional(Type.String({ description, examples: [example] }))

export const ifNoneMatch = Type.Object({ 'if-none-match': tag('Answer 304 if this is still what there is') })
export const ifMatch = Type.Object({ 'if-match': tag('Refuse with 412 if the task has changed since') })
export const notModified = Type.Null({ description: 'Not modified' })

/** Beside a task in a body. */
export const bodyTag = Type.String({
  description: 'The entity tag of this state of the task, as `GET /tasks/{id}` has it in its header',
  examples: [example],
})

export const ENTITY_TAG_PATTERN = '^(?:\\*|(?:W/)?"[\\x21\\x23-\\x7e\\x80-\\xff]*")$'

/** In a body, as If-Match in a header: one entity tag, or `*`. */
export const bodyIfMatch = Type.Optional(
  Type.String({
    pattern: ENTITY_TAG_PATTERN,
    description: 'Refuse with 412 if the task has changed since; `*` is any state of it',
    examples: [example],
  }),
)
