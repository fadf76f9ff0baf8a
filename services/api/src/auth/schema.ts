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
export const SessionSchema = Type.Object(
  {
    token: Type.String({
      description: 'The session token, for /auth/token and /auth/sign-out alone; tasks take an access token',
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
