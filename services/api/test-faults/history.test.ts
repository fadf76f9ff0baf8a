import { expect, test } from 'vitest'
import { type Act, type Event, judge } from './support/history.ts'

/** One user who does one thing after another; what is not answered is marked. */
function story(...acts: (Act & { unanswered?: true; task?: string })[]): Event[] {
  return acts.map(({ unanswered, task = 'milk', ...act }, index) => ({
    task,
    act,
    begunAt: index * 10,
    endedAt: unanswered === true ? Number.POSITIVE_INFINITY : index * 10 + 5,
  }))
}
const create = { kind: 'create', text: 'a' } as const
const edit = (text: string) => ({ kind: 'edit', text }) as const
const remove = { kind: 'delete' } as const
const see = (text?: string) => ({ kind: 'see', text }) as const
const unanswered = { unanswered: true } as const
const judged = (events: Event[]) => {
  const { lost, wrong } = judge(events)
  return { lost: lost.length, wrong: wrong.length }
}

test.each([
  ['all was answered and seen', story(create, see('a'), edit('b'), see('b'), remove, see())],
  ['an unanswered creation never happened', story({ ...create, ...unanswered }, see(), see())],
  ['an unanswered creation happened', story({ ...create, ...unanswered }, see('a'), see('a'))],
  ['an unanswered creation happened later', story({ ...create, ...unanswered }, see(), see('a'))],
  ['an unanswered edit came late', story(create, { ...edit('b'), ...unanswered }, see('a'), see('b'))],
  ['an unanswered edit came last', story(create, { ...edit('b'), ...unanswered }, edit('c'), see('b'))],
  ['an unanswered deletion happened', story(create, { ...remove, ...unanswered }, see())],
])('a history is explained in which %s', (_what, events) => {
  expect(judged(events)).toEqual({ lost: 0, wrong: 0 })
})

test.each([
  ['creation', story(create, see())],
  ['creation, after it was seen', story(create, see('a'), see())],
  ['edit', story(create, edit('b'), see('a'))],
  ['edit, after it was seen', story(create, edit('b'), see('b'), see('a'))],
  ['deletion', story(create, remove, see('a'))],
  ['edit before another', story(create, edit('b'), edit('c'), see('b'))],
  ['deletion, after it was seen', story(create, remove, see(), see('a'))],
])('an acknowledged %s that does not last is found lost', (_what, events) => {
  expect(judged(events)).toEqual({ lost: 1, wrong: 0 })
})

test.each([
  ['a task is seen before it is made', story(see('a'), create)],
  ['a task is seen that nobody made', story(see('a'))],
  ['a text is seen that nobody wrote', story(create, see('x'))],
  ['a deleted task is edited', story(create, remove, edit('b'))],
])('a history is found wrong in which %s', (_what, events) => {
  expect(judged(events)).toEqual({ lost: 0, wrong: 1 })
})

test.each([
  ['an unanswered edit happened twice', story(create, { ...edit('b'), ...unanswered }, see('b'), see('a'))],
  [
    'an unanswered edit came and went and came',
    story(create, { ...edit('b'), ...unanswered }, see('b'), edit('c'), see('c'), see('b')),
  ],
  ['an unanswered creation came and went', story({ ...create, ...unanswered }, see('a'), see())],
])('what is not acknowledged happens once or never: not explained is that %s', (_what, events) => {
  expect(judged(events)).toEqual({ lost: 1, wrong: 0 })
})

test('a read that overlaps a write may see it or not, and no later read may go back', () => {
  const at = (act: Act, begunAt: number, endedAt: number): Event => ({ task: 'milk', act, begunAt, endedAt })
  const begin = [at(create, 0, 1), at(edit('b'), 10, 20)]
  expect(judged([...begin, at(see('a'), 11, 12), at(see('b'), 13, 14)])).toEqual({ lost: 0, wrong: 0 })
  expect(judged([...begin, at(see('b'), 11, 12), at(see('a'), 13, 14)])).toEqual({ lost: 1, wrong: 0 })
  expect(judged([...begin, at(see('a'), 21, 22)])).toEqual({ lost: 1, wrong: 0 })
})

test('one task that is lost among many is named with its history', () => {
  const others = Array.from({ length: 50 }, (_, number) => `task ${number}`)
  const events = [
    ...others.flatMap((task) => story({ ...create, task }, { ...see('a'), task })),
    ...story({ ...create, task: 'bread' }, { ...see(), task: 'bread' }),
  ]
  const { lost, wrong } = judge(events)
  expect([lost.length, wrong.length]).toEqual([1, 0])
  expect(lost[0]).toMatch(/^bread\n.*create a\n.*see nothing\n.*not explained: .*see nothing$/)
})
