import type { JSONWebKeySet } from 'jose'

const TIMEOUT_MILLISECONDS = 5_000
const MAXIMUM_BYTES = 1024 * 1024

/**
 * An outside issuer's key set.
 *
 * @throws {Error} when it cannot be had within 5 s, or is no key set.
 */
export async function fetchJwks(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    headers: { accept: 'application/json' },
  })
  if (!response.ok) throw new Error(`The token issuer answered ${response.status}`)
  const text = await response.text()
  if (text.length > MAXIMUM_BYTES) throw new Error("The token issuer's key set is too large")
  const value: unknown = JSON.parse(text)
  if (!isKeySet(value)) throw new Error('The token issuer answered something that is no key set')
  return value
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)
}
