import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'
import { idsOf, linksOf, withQuery } from './support/walk.ts'

const app = await sharedApp()

async function userWithTasks(count: number, title = 'Task'): Promise<User> {
  const user = await app.signIn()
  const operations = Array.from({ length: count }, () => ({ op: 'create', title }))
  await user.post('/tasks/batch', { operations })
  return user
}

const relations = async (user: User, path: string) => Object.keys(linksOf(await user.get(path)))

test('a page links to the first, previous, next and last one, where they exist', async () => {
  const user = await userWithTasks(5)
  expect(await relations(user, '/tasks?per_page=2')).toEqual(['first', 'next', 'last'])
  expect(await relations(user, '/tasks?per_page=2&page=2')).toEqual(['first', 'prev', 'next', 'last'])
  expect(await relations(user, '/tasks?per_page=2&page=3')).toEqual(['first', 'prev', 'last'])
  expect(await relations(user, '/tasks')).toEqual(['first', 'last'])
})

test('a page past the end links back to the last one', async () => {
  const user = await userWithTasks(5)
  const links = linksOf(await user.get('/tasks?per_page=2&page=9'))
  expect(Object.keys(links)).toEqual(['first', 'prev', 'last'])
  expect(links.prev).toBe(links.last)
  expect(idsOf(await user.get(links.prev ?? ''))).toHaveLength(1)
})

test('an empty list links nowhere', async () => {
  const user = await app.signIn()
  expect((await user.get('/tasks')).headers.get('link')).toBeNull()
  expect((await user.get('/trash')).headers.get('link')).toBeNull()
})

test('the links lead through all pages, both ways', async () => {
  const user = await userWithTasks(7)
  const all = idsOf(await user.get('/tasks'))
  const forth: string[] = []
  let answer = await user.get('/tasks?per_page=3')
  for (;;) {
    forth.push(...idsOf(answer))
    const { next } = linksOf(answer)
    if (next === undefined) break
    answer = await user.get(next)
  }
  expect(forth).toEqual(all)
  expect((await user.get(linksOf(answer).last ?? '')).text).toBe(answer.text)

  const back: string[] = []
  for (;;) {
    back.unshift(...idsOf(answer))
    const { prev } = linksOf(answer)
    if (prev === undefined) break
    answer = await user.get(prev)
  }
  expect(back).toEqual(all)
  expect((await user.get(linksOf(answer).first ?? '')).text).toBe(answer.text)
})

test('a cursor answer links to the first page and to the next cursor', async () => {
  const user = await userWithTasks(5)
  const first = await user.get('/tasks?per_page=2')
  const second = await user.get(`/tasks?per_page=2&cursor=${first.body.next_cursor}`)
  const links = linksOf(second)
  expect(Object.keys(links)).toEqual(['first', 'next'])
  expect((await user.get(links.first ?? '')).text).toBe(first.text)

  const third = await user.get(links.next ?? '')
  expect(third.body).toMatchObject({ page: null, next_cursor: null })
  expect(idsOf(first, second, third)).toEqual(idsOf(await user.get('/tasks')))
  expect(Object.keys(linksOf(third))).toEqual(['first'])
})

test('the links keep the filter, the sort, the search and the page size', async () => {
  const search = 'ä & b=c + "d", <e> 50% \\ #😀'
  const user = await userWithTasks(5, `About ${search}`)
  await user.post('/tasks', { title: 'Something else' })
  const query = { q: search, completed: false, sort: 'title', per_page: 2 }
  const first = await user.get(withQuery('/tasks', query))
  expect(first.body).toMatchObject({ total: 5, total_pages: 3 })

  const links = linksOf(first)
  expect(Object.keys(links)).toEqual(['first', 'next', 'last'])
  for (const target of Object.values(links)) {
    const parameters = Object.fromEntries(new URL(target, app.url).searchParams)
    expect(parameters).toMatchObject({ q: search, completed: 'false', sort: 'title', per_page: '2' })
  }
  expect((await user.get(links.first ?? '')).text).toBe(first.text)
  const pages = [first, await user.get(links.next ?? ''), await user.get(links.last ?? '')]
  expect(pages.map(({ body }) => body.page)).toEqual([1, 2, 3])
  expect(new Set(idsOf(...pages)).size).toBe(5)
})

test('HEAD gives the links as well', async () => {
  const user = await userWithTasks(3)
  const [head, get] = [await user.head('/tasks?per_page=1'), await user.get('/tasks?per_page=1')]
  expect(linksOf(head)).toEqual(linksOf(get))
  expect(Object.keys(linksOf(head))).toEqual(['first', 'next', 'last'])
})

test('the trash links to its pages too', async () => {
  const user = await userWithTasks(3)
  for (const id of idsOf(await user.get('/tasks'))) await user.delete(`/tasks/${id}`)
  const first = await user.get('/trash?per_page=1')
  const links = linksOf(first)
  expect(Object.keys(links)).toEqual(['first', 'next', 'last'])
  const pages = [first, await user.get(links.next ?? ''), await user.get(links.last ?? '')]
  expect(idsOf(...pages)).toEqual(idsOf(await user.get('/trash')))
})
