/**
 * Why a public key proves nothing, although signatures by it are right; undefined for a sound one, and for what is no
 * key that we take.
 *
 * With an RSA exponent of 1 a signature is the text itself, with a short or even modulus its factors are found, and
 * an Ed25519 key of small order takes one signature for most texts. Libraries check none of it, or only the length.
 */
export function weaknessOf(key: Readonly<Record<string, unknown>>): string | undefined {
  if (key.kty === 'RSA') return rsaWeakness(bytesOf(key.n), bytesOf(key.e))
  if (key.kty === 'OKP' && key.crv === 'Ed25519') return ed25519Weakness(bytesOf(key.x))
  return undefined
}

const MINIMUM_RSA_BITS = 2048

/** NIST SP 800-89 section 5.3.3, as far as it costs nothing. */
function rsaWeakness(modulusBytes: Buffer, exponentBytes: Buffer): string | undefined {
  const modulus = integerOf(modulusBytes)
  const exponent = integerOf(exponentBytes)
  if (exponent < 3n || exponent % 2n === 0n) return 'its exponent is not odd, or less than 3'
  if (modulus.toString(2).length < MINIMUM_RSA_BITS) return `it has fewer than ${MINIMUM_RSA_BITS} bits`
  if (modulus % 2n === 0n) return 'its modulus is even'
  return undefined
}

const p = 2n ** 255n - 19n

/**
 * RFC 8032 section 5.1.2: y, and the sign of x in the highest bit. The eight points of small order are those with
 * y = 0, y = ±1, and the four whose double has y = 0, that is d·y⁴ + 2y² = 1 with d = -121665/121666.
 */
function ed25519Weakness(bytes: Buffer): string | undefined {
  const y = BigInt.asUintN(255, integerOf(Buffer.from(bytes).reverse())) % p
  const square = y ** 2n % p
  const halves = 121666n * (2n * square - 1n) - 121665n * square ** 2n
  const isOfSmallOrder = (y * (square - 1n) * halves) % p === 0n
  return isOfSmallOrder ? 'it is of small order' : undefined
}

function bytesOf(member: unknown): Buffer {
  return Buffer.from(typeof member === 'string' ? member : '', 'base64url')
}

function integerOf(bytes: Buffer): bigint {
  return BigInt(`0x0${bytes.toString('hex')}`)
}
