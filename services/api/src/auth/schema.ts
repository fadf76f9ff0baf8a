import { Type } from 'typebox'

const email = Type.String({
  format: 'email',
  maxLength: 254,
  'x-text': true,
  'x-normalize': 'lowercase',
  examples: ['ada@example.com'],
})
const password = Type.String({
  minLength: 8,
  maxLength: 128,
  'x-text': true,
  examples: ['correct horse battery staple'],
})

/** In the form of the real ones, and good for nothing. */
const exampleSession = 'nYgL2mQ4rT6vX8zB1dF3hJ5kM7pS9uW0.q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c='
const exampleJwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJiN2Y1YzFkMiJ9.c2lnbmF0dXJl'
const exampleKey = {
  ...{ alg: 'EdDSA', crv: 'Ed25519', kty: 'OKP', kid: 'b7f5c1d23e4a4b5c8d6e9f0a1b2c3d4e' },
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
}

export const SignUp = Type.Object(
  {
    email,
    password,
    name: Type.Optional(
      Type.String({ maxLength: 200, 'x-text': true, 'x-normalize': 'trim', examples: ['Ada'] }),
    ),
  },
  { $id: 'SignUp', additionalProperties: false },
)
export const SignIn = Type.Object(
  {
    email,
    password: Type.String({ maxLength: 128, 'x-text': true, examples: ['correct horse battery staple'] }),
  },
  { $id: 'SignIn', additionalProperties: false },
)
export const PasswordChange = Type.Object(
  {
    current_password: Type.String({
      maxLength: 128,
      'x-text': true,
      examples: ['correct horse battery staple'],
    }),
    new_password: Type.String({
      minLength: 8,
      maxLength: 128,
      'x-text': true,
      examples: ['a staple of correct batteries'],
    }),
  },
  { $id: 'PasswordChange', additionalProperties: false },
)
const sessionId = 'c8a6d2e3-4f5b-4c6d-9e7f-0a1b2c3d4e5f'
const moment = (description: string, example: string) =>
  Type.String({ format: 'date-time', description, examples: [example] })
const ListedSession = Type.Object(
  {
    id: Type.String({
      format: 'uuid',
      description: 'To end it by; opens nothing',
      examples: [sessionId],
    }),
    created_at: moment('When it began, by a sign-up or a sign-in', '2026-11-20T09:00:00.000Z'),
    last_used_at: moment('To the minute', '2026-11-26T09:00:00.000Z'),
    expires_at: moment('30 days after the last use', '2026-12-26T09:00:00.000Z'),
    is_current: Type.Boolean({ description: 'Whether this request came by it', examples: [true] }),
  },
  { $id: 'ListedSession' },
)
export const SessionList = Type.Object({ data: Type.Array(ListedSession) }, { $id: 'SessionList' })
export const SessionPath = Type.Object({
  id: Type.String({
    format: 'uuid',
    'x-normalize': 'lowercase',
    description: 'Of a session',
    examples: [sessionId],
  }),
})
export const SessionSchema = Type.Object(
  {
    token: Type.String({
      description: 'The session token, for /auth alone; tasks take an access token',
      examples: [exampleSession],
    }),
    user: Type.Object(
      {
        id: Type.String({ format: 'uuid', examples: ['b7f5c1d2-3e4a-4b5c-8d6e-9f0a1b2c3d4e'] }),
        email: Type.String({ examples: ['ada@example.com'] }),
        name: Type.String({ examples: ['Ada'] }),
      },
      { $id: 'User' },
    ),
  },
  { $id: 'Session' },
)
export const TokenSchema = Type.Object(
  {
    token: Type.String({
      description: 'The access token: a JWT, valid for 15 minutes, to be sent as Bearer',
      examples: [exampleJwt],
    }),
    expires_at: Type.String({
      format: 'date-time',
      description: 'When the access token ends',
      examples: ['2026-11-26T09:15:00.000Z'],
    }),
  },
  { $id: 'AccessToken' },
)
export const SignOutResult = Type.Object({ success: Type.Literal(true) }, { $id: 'SignOutResult' })
const Jwk = Type.Unsafe({ $id: 'Jwk', type: 'object', additionalProperties: true, examples: [exampleKey] })
export const KeySet = Type.Object({ keys: Type.Array(Jwk) }, { $id: 'KeySet' })
