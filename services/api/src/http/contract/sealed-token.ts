import { createHmac, timingSafeEqual } from 'node:crypto'

const SEAL_BYTES = 16

/**
 * Opaque strings that clients hand back as they got them: cursors and sync tokens.
 *
 * Sealed (HMAC-SHA-256, 128 bits), not encrypted: a client may look inside, and cannot change it. What a token is
 * for is sealed with it, so that one kind cannot pass for another.
 */
export class TokenSealer {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  seal(purpose: string, content: readonly unknown[]): string {
    const payload = Buffer.from(JSON.stringify(content))
    return Buffer.concat([this.#mac(purpose, payload), payload]).toString('base64url')
  }

  /** The content that was sealed for this purpose; undefined for anything else. */
  open(purpose: string, token: string): readonly unknown[] | undefined {
    const bytes = Buffer.from(token, 'base64url')
    if (bytes.length <= SEAL_BYTES || bytes.toString('base64url') !== token) return undefined
    const payload = bytes.subarray(SEAL_BYTES)
    if (!timingSafeEqual(bytes.subarray(0, SEAL_BYTES), this.#mac(purpose, payload))) return undefined
    const content: unknown = JSON.parse(payload.toString())
    return Array.isArray(content) ? content : undefined
  }

  #mac(purpose: string, payload: Buffer): Buffer {
    const mac = createHmac('sha256', this.#key).update(purpose).update('\0').update(payload)
    return mac.digest().subarray(0, SEAL_BYTES)
  }
}
