import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** OWASP's password storage cheat sheet: N = 2^15, r = 8, p = 3 is one of its equal minimums; 32 MiB of memory. */
const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 2 ** 20 } satisfies ScryptOptions
const KEY_BYTES = 32
const SALT_BYTES = 16

/** `scrypt$N$r$p$salt$key`, so that a later, dearer setting leaves today's passwords readable. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const key = await derive(password, salt, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

export async function verifyPassword(options: { hash: string; password: string }): Promise<boolean> {
  const [, n, r, p, salt = '', expected = ''] = options.hash.split('$')
  const expectedKey = Buffer.from(expected, 'base64url')
  const settings = { N: Number(n), r: Number(r), p: Number(p), maxmem: cost.maxmem }
  const key = await derive(options.password, Buffer.from(salt, 'base64url'), settings)
  return expectedKey.length === key.length && timingSafeEqual(expectedKey, key)
}

/** NFKC, so that the same password typed on two keyboards is the same (RFC 8265 section 4.2). */
function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
