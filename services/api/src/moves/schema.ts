import { type Static, Type } from 'typebox'

const neighbour = (description: string) =>
  Type.Optional(
    Type.String({
      format: 'uuid',
      'x-normalize': 'lowercase',
      description,
      examples: ['01979f3e-5d1c-7b3a-9c2e-4f6d8a1b2c3e'],
    }),
  )

export const place = {
  before: neighbour('The task that comes right below'),
  after: neighbour('The task that comes right above; one of the two is due'),
}

export const Move = Type.Object(place, {
  $id: 'Move',
  additionalProperties: false,
  'x-whole': 'move',
  examples: [{ before: '01979f3e-5d1c-7b3a-9c2e-4f6d8a1b2c3e' }],
})
export type Move = Static<typeof Move>
