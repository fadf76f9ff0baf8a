import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import type { Answer } from './support/client.ts'
import { idsOf, walk, withQuery } from './support/walk.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterEach(() => vi.restoreAllMocks())
afterAll(() => app.close())

async function userWith(...tasks: { title: string; description?: string }[]): Promise<User> {
  const user = await app.signIn()
  const operations = tasks.map((task) => ({ op: 'create', ...task }))
  expect((await user.post('/tasks/batch', { operations })).status).toBe(200)
  return user
}

const search = (user: User, q: string) => user.get(withQuery('/tasks', { q }))
const titlesOf = ({ body }: Answer) => body.data.map(({ title }: { title: string }) => title).toSorted()

test('a search finds what contains the text, in the title or the description', async () => {
  const user = await userWith(
    { title: 'Buy milk' },
    { title: 'Shopping', description: 'bread, milk, tea' },
    { title: 'Sleep', description: '' },
    { title: 'Mil', description: 'k' },
  )
  const answer = await search(user, 'milk')
  expect(titlesOf(answer)).toEqual(['Buy milk', 'Shopping'])
  expect(answer.body).toMatchObject({ total: 2, total_pages: 1, page: 1 })
  expect((await search(user, 'cheese')).body).toMatchObject({ data: [], total: 0, total_pages: 0 })
})

test.each([
  ['milk', 'Buy MILK'],
  ['MILK', 'Buy milk'],
  ['ÄPFEL', 'äpfel'],
  ['äpfel', 'ÄPFEL'],
  ['ω', 'Ω'],
  ['Ω', 'ω'],
  ['Ω', 'ω'],
  ['привет', 'ПРИВЕТ мир'],
  ['ΟΔΟΣ', 'ΟΔΟΣΗΜΑ'],
  ['οδοσ', 'ΟΔΟΣ'],
  ['ΟΔΟΣ', 'οδος'],
  ['İ', 'İstanbul'],
  ['straße', 'STRASSE'],
  ['日本', '日本語'],
  ['😀', 'a 😀 b'],
  ['\u{1f468}\u200d', 'A \u{1f468}\u200d\u{1f469} family'],
])('a search for %s finds %s', async (q, title) => {
  const user = await userWith(
    { title },
    { title: 'Unlike', description: `about ${title}.` },
    { title: 'zzz' },
  )
  expect(titlesOf(await search(user, q))).toEqual([title, 'Unlike'].toSorted())
})

test.each([
  ['istanbul', 'İstanbul'],
  ['İSTANBUL', 'istanbul'],
  ['İstanbul', 'ISTANBUL'],
  ['dış', 'DIŞ KAPI'],
  ['café', 'cafe\u0301'],
  ['cafe\u0301', 'CAFÉ'],
  ['한국어', '한국어'.normalize('NFD')],
  ['한국어'.normalize('NFD'), '한국어 공부'],
  ['Việt'.normalize('NFD'), 'tiếng việt'],
  ['tiếng việt', 'TIẾNG VIỆT'.normalize('NFD')],
  ['milk', 'Ｂｕｙ ＭＩＬＫ'],
  ['ｍｉｌｋ', 'Buy milk'],
  ['ガス', 'ｶﾞｽ料金'],
  ['office', 'oﬃce'],
  ['ﬃ', 'OFFICE'],
  ['STRASSE', 'straße'],
  ['GROẞ', 'gross'],
  ['ΐ', 'Ι\u0308\u0301'],
  ['ᾳ', 'ΑΙ'],
  ['Ꭰ', 'ꭰ'],
  ['a b', 'a\u00a0b'],
  ['％', '100% done'],
  ['５', '5 km'],
])('a search for %s finds %s, whatever the form that it is written in', async (q, title) => {
  const user = await userWith({ title }, { title: 'Unlike', description: `x ${title} y` }, { title: 'zzz' })
  expect(titlesOf(await search(user, q))).toEqual([title, 'Unlike'].toSorted())
})

test.each([
  ['e', 'é', 'e'],
  ['e', 'e\u0301', 'E'],
  ['é', 'e', 'É'],
  ['o', 'ô', 'o'],
  ['하', '한', '하나'],
  ['％', '100 done', '100%'],
  ['＿', 'snake case', 'snake_case'],
  ['＼', 'backslash', 'back\\slash'],
])('a search for %s does not find %s but finds %s', async (q, other, match) => {
  const user = await userWith({ title: other }, { title: match })
  expect(titlesOf(await search(user, q))).toEqual([match])
})

test.each([
  ['%', '100% done', '100 done'],
  ['_', 'snake_case', 'snake case'],
  ['\\', 'back\\slash', 'back/slash'],
  ['0% d', '100% done', '100 x done'],
  ['\\%', 'a\\%b', 'a%b'],
  ['\\_', 'a\\_b', 'a_b'],
  ['%%', 'a%%b', 'a%b'],
  ["'", "it's", 'its'],
  ["';drop table tasks;--", "x';drop table tasks;--", 'x'],
  ['.*', 'a.*b', 'ab'],
  ['[a]', '[A]', 'a'],
  ['  ', 'two  spaces', 'one space'],
  ['\n', 'two\nlines', 'one line'],
  ['+', 'a+b', 'a b'],
  ['&', 'a&b', 'a b'],
])('in a search, %s means itself', async (q, match, other) => {
  const user = await userWith({ title: match }, { title: other })
  expect(titlesOf(await search(user, q))).toEqual([match])
})

test('a search takes 1 to 200 code points', async () => {
  const user = await userWith({ title: '😀'.repeat(200) }, { title: 'x'.repeat(200) })
  expect(titlesOf(await search(user, '😀'.repeat(200)))).toHaveLength(1)
  expect(titlesOf(await search(user, 'x'))).toHaveLength(1)
  for (const q of ['', '😀'.repeat(201), 'x'.repeat(201), 'a\0b']) {
    expect(await search(user, q)).toMatchObject({ status: 422, body: { errors: [{ path: '/q' }] } })
  }
})

test('a search finds neither deleted tasks nor those of others', async () => {
  const [user, other] = [await userWith({ title: 'Buy milk' }), await userWith({ title: 'Milk the cow' })]
  const [id] = idsOf(await search(user, 'milk'))
  expect(titlesOf(await search(user, 'milk'))).toEqual(['Buy milk'])
  await user.delete(`/tasks/${id}`)
  expect((await search(user, 'milk')).body).toMatchObject({ data: [], total: 0 })
  expect((await search(other, 'milk')).body.total).toBe(1)
})

test('a search goes together with filter, sort, pages and cursor, and its total counts the matches', async () => {
  const user = await userWith(...['d', 'b', 'a', 'c', 'e'].map((letter) => ({ title: `Milk ${letter}` })), {
    title: 'Bread',
  })
  const all = await search(user, 'milk')
  for (const { id, title } of all.body.data) {
    if (title !== 'Milk e') await user.patch(`/tasks/${id}`, { completed: true })
  }
  const query = { q: 'MILK', completed: true, sort: '-title', per_page: 3 }
  const pages = await walk(user, '/tasks', query)
  expect(pages.flatMap(({ body }) => body.data.map(({ title }: { title: string }) => title))).toEqual([
    'Milk d',
    'Milk c',
    'Milk b',
    'Milk a',
  ])
  for (const { body } of pages) expect(body).toMatchObject({ total: 4, total_pages: 2 })
  const second = await user.get(withQuery('/tasks', { ...query, page: 2 }))
  expect(idsOf(second)).toEqual(idsOf(...pages.slice(1)))
  const past = await user.get(withQuery('/tasks', { ...query, page: 9 }))
  expect(past.body).toMatchObject({ data: [], total: 4, total_pages: 2, page: 9 })
  expect((await user.get(withQuery('/tasks', { q: 'MILK', completed: false }))).body.total).toBe(1)
})

test('a search that finds no free connection in time is a 503, to be tried again', async () => {
  const user = await userWith({ title: 'Buy milk' })
  // What the pool rejects with once all its connections have been lent for too long.
  const exhausted = new Error('timeout exceeded when trying to connect')
  vi.spyOn(app.database.pool, 'connect').mockImplementationOnce(() => Promise.reject(exhausted))
  const refused = await search(user, 'milk')
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  expect(refused.headers.get('retry-after')).toBe('1')
  expect((await search(user, 'milk')).body.total).toBe(1)
})
