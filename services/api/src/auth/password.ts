import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** scrypt's own three numbers. */
export interface PasswordCost {
  N: number
  r: number
  p: number
}

/** OWASP's password storage cheat sheet: N = 2^15, r = 8, p = 3 is one of its equal minimums; 32 MiB of memory. */
const COST: PasswordCost = { N: 2 ** 15, r: 8, p: 3 }
const MEMORY_BYTES = 64 * 2 ** 20
const KEY_BYTES = 32
const SALT_BYTES = 16

/** `scrypt$N$r$p$salt$key`, so that a later, dearer setting leaves today's passwords readable. */
export async function hashPassword(password: string, cost = COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const key = await derive(password, salt, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

export async function verifyPassword(options: { hash: string; password: string }): Promise<boolean> {
  const [, n, r, p, salt = '', expected = ''] = options.hash.split('$')
  const expectedKey = Buffer.from(expected, 'base64url')
  const settings = { N: Number(n), r: Number(r), p: Number(p) }
  const key = await derive(options.password, Buffer.from(salt, 'base64url'), settings)
  return expectedKey.length === key.length && timingSafeEqual(expectedKey, key)
}

/** NFKC, so that the same password typed on two keyboards is the same (RFC 8265 section 4.2). */
function derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { ...cost, maxmem: MEMORY_BYTES }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
