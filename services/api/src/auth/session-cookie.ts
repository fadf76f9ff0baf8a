import type { FastifyReply, FastifyRequest } from 'fastify'
import { SESSION_SECONDS } from './sessions.ts'

/**
 * `__Host-` (RFC 6265bis section 4.1.3.2) ties the cookie to this host and to TLS; over plain HTTP, as on
 * localhost, browsers refuse it.
 */
function cookieName(request: FastifyRequest): string {
  return request.protocol === 'https' ? '__Host-tasklane-session' : 'tasklane-session'
}

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  reply.header('set-cookie', cookie(request, encodeURIComponent(token), SESSION_SECONDS))
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('set-cookie', cookie(request, '', 0))
}

function cookie(request: FastifyRequest, value: string, maxAge: number): string {
  const secure = request.protocol === 'https' ? '; Secure' : ''
  return `${cookieName(request)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`
}

/** Characters that can stand in a header; no session token has another. */
const sessionToken = /^[\x21-\x7e]+$/

/** The cookie lasts as long as its session; a caller who sends the token as Bearer has none. */
export function renewSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  const token = cookieOf(request)
  if (token !== undefined && sessionTokenOf(request) === token) setSessionCookie(request, reply, token)
}

/** The session's token, from the Authorization header or else the cookie. */
export function sessionTokenOf(request: FastifyRequest): string | undefined {
  const bearer = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  return bearer ?? cookieOf(request)
}

function cookieOf(request: FastifyRequest): string | undefined {
  const prefix = `${cookieName(request)}=`
  const pairs = request.headers.cookie?.split(/; */) ?? []
  const value = pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length)
  try {
    const token = decodeURIComponent(value ?? '')
    return sessionToken.test(token) ? token : undefined
  } catch {
    return undefined
  }
}
