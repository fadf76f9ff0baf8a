import { expect, test } from 'vitest'
import { Hashing } from '../src/auth/hashing.ts'

const hashing = new Hashing({ N: 2 ** 14, r: 8, p: 1 })
const password = 'correct horse battery staple'

/** How long one takes, in milliseconds. */
async function timed(): Promise<number> {
  const begunAt = performance.now()
  await hashing.hash(password, Number.POSITIVE_INFINITY)
  return performance.now() - begunAt
}

test('a hash for which nobody waits is made, however long the last one took', async () => {
  const deadline = async () => {
    const milliseconds = await timed()
    return performance.now() + milliseconds / 2
  }
  // One that was refused for the last one would be the last for ever: nothing would tell how long they take now.
  const hash = await hashing.hash(password, await deadline())
  expect(await hashing.verify({ hash, password }, await deadline())).toBe(true)
})

test('a hash is refused at once where the line before it is too long', async () => {
  const milliseconds = await timed()
  const others = Array.from({ length: 8 }, () => hashing.hash(password, Number.POSITIVE_INFINITY))
  await expect(hashing.hash(password, performance.now() + milliseconds / 2)).rejects.toMatchObject({
    code: 'unavailable',
  })
  expect(await Promise.all(others)).toHaveLength(8)
})
