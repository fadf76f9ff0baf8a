import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import { expect } from 'vitest'
import type { Answer } from './client.ts'

export const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Signs exactly these claims; nothing is added. */
export function signed(
  claims: JWTPayload,
  key: Parameters<SignJWT['sign']>[0],
  header: JWTHeaderParameters = { alg: 'HS256' },
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header).sign(key)
}

/** The refusal of a token: the same for every cause, and with the built-in issuer it tells of the two tokens. */
export function expectRefused(answer: Answer, body = unauthenticated): void {
  expect(answer.status).toBe(401)
  expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  expect(answer.body).toEqual(body)
}

export const unauthenticated = {
  type: 'about:blank',
  title: 'Unauthenticated',
  status: 401,
  code: 'unauthenticated',
  detail: 'A valid access token is required',
}

export const unauthenticatedBuiltIn = {
  ...unauthenticated,
  detail:
    'A valid access token is required. A session token is none: GET /auth/token answers an access token for it',
}
