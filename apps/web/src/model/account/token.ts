/** An access token, and until when it is used. */
export interface HeldToken {
  token: string
  renewAt: number
}

const RENEW_BEFORE_MILLISECONDS = 60_000

/** Whose token this is: the API takes it from `sub` in the same way. */
export function subjectOf(token: string): string {
  const { sub } = claimsOf(token)
  return typeof sub === 'string' ? sub.toLowerCase() : ''
}

/**
 * Counts the token's lifetime from its arrival, by this device's clock: that clock may be wrong, but it runs at the
 * right speed.
 */
export function hold(token: string, now: number): HeldToken {
  const { iat, exp } = claimsOf(token)
  const lifetime = typeof iat === 'number' && typeof exp === 'number' ? (exp - iat) * 1000 : 0
  return { token, renewAt: now + lifetime - RENEW_BEFORE_MILLISECONDS }
}

function claimsOf(token: string): { sub?: unknown; iat?: unknown; exp?: unknown } {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0))
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof claims === 'object' && claims !== null ? claims : {}
  } catch {
    return {}
  }
}
