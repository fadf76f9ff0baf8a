import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { Turns } from '../src/database/turns.ts'
import { sharedApp } from './support/app.ts'
import { createGate } from './support/gate.ts'

/** However busy the machine is. */
const PATIENCE_MILLISECONDS = 600_000

const app = await sharedApp()

test('a hundred reads or writes of one user at once leave another user among the first to be answered', async () => {
  const [busy, other] = [randomUUID(), randomUUID()]
  const text = 'select $1::uuid as id'
  for (const kind of ['read', 'write'] as const) {
    const answered: string[] = []
    const ask = async (user: string) => {
      const step = { statement: { name: 'test_turns', text }, values: [user] }
      await app.database[kind](user, [step], performance.now() + PATIENCE_MILLISECONDS)
      answered.push(user)
    }
    await Promise.all([...Array.from({ length: 100 }, () => ask(busy)), ask(other)])
    expect(answered).toHaveLength(101)
    expect(answered.indexOf(other), kind).toBeLessThan(50)
  }
})

test('work that waits for its turn is begun in its order, and other keys do not wait', async () => {
  const turns = new Turns(1)
  const gate = createGate()
  const begun: string[] = []
  const take = (key: string, name: string, until = Promise.resolve()) =>
    turns.take(key, () => {
      begun.push(name)
      return until
    })
  const all = [take('a', 'first', gate.passed), take('a', 'second'), take('a', 'third'), take('b', 'other')]
  expect(begun).toEqual(['first', 'other'])
  expect(turns.waiting('a')).toBe(2)
  gate.open()
  await Promise.all(all)
  expect(begun).toEqual(['first', 'other', 'second', 'third'])
})

test('work whose deadline passes before its turn is refused and never begun', async () => {
  const turns = new Turns(1)
  const gate = createGate()
  const first = turns.take('a', () => gate.passed)
  let isBegun = false
  const late = turns.take(
    'a',
    async () => {
      isBegun = true
    },
    performance.now() + 1,
  )
  await expect(late).rejects.toMatchObject({ code: 'unavailable' })
  gate.open()
  await first
  expect(isBegun).toBe(false)
  expect(await turns.take('a', async () => 'next')).toBe('next')
})

test('work that fails gives its turn to the next', async () => {
  const turns = new Turns(1)
  const failing = turns.take('a', () => Promise.reject(new Error('failed')))
  const next = turns.take('a', async () => 'next')
  await expect(failing).rejects.toThrow('failed')
  expect(await next).toBe('next')
})
