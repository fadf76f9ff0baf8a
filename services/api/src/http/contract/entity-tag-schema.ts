import { Type } from 'typebox'

const tag = (description: string) =>
  Type.Optional(Type.String({ description, examples: ['"1795343900044"'] }))

export const ifNoneMatch = Type.Object({ 'if-none-match': tag('Answer 304 if this is still what there is') })
export const ifMatch = Type.Object({ 'if-match': tag('Refuse with 412 if the task has changed since') })
export const notModified = Type.Null({ description: 'Not modified' })
