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

/** The refusal of a token: the same for every cause. */
export function expectRefused(answer: Answer): void {
  expect(answer.status).toBe(401)
  expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  expect(answer.body).toEqual(unauthenticated)
}

export const unauthenticated = {
  type: 'about:blank',
  title: 'Unauthenticated',
  status: 401,
  code: 'unauthenticated',
  detail: 'A valid bearer token is required',
}
