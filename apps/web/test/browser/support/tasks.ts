import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Person } from './person.ts'

export const quickAdd = (page: Page) => page.getByRole('textbox', { name: 'Add a task' })
export const list = (page: Page) => page.getByRole('list', { name: 'Tasks' })
export const item = (page: Page, title: string) =>
  list(page)
    .getByRole('listitem')
    .filter({ has: page.getByRole('checkbox', { name: title, exact: true }) })

/** As a person does it: typed, and the Enter key. */
export async function add(page: Page, ...lines: string[]): Promise<void> {
  for (const line of lines) {
    await quickAdd(page).fill(line)
    await quickAdd(page).press('Enter')
  }
}

/** Words such as `today` are understood once what reads them is loaded. */
export async function untilDatesAreRead(page: Page): Promise<void> {
  await quickAdd(page).fill('Is it today')
  await page.getByRole('button', { name: 'Due today' }).waitFor()
  await quickAdd(page).fill('')
}

/** The titles as they stand, once they stand so. */
export async function expectTitles(page: Page, titles: readonly string[]): Promise<void> {
  await expect.poll(() => titlesOf(list(page))).toEqual(titles)
}

export async function titlesOf(tasks: Locator): Promise<string[]> {
  return await tasks
    .getByRole('checkbox')
    .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('aria-label') ?? ''))
}

export async function goTo(page: Page, view: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: view, exact: true }).waitFor()
}

export async function chooseMore(page: Page, title: string, name: string): Promise<void> {
  await item(page, title).getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name, exact: true }).click()
}

export const status = (page: Page, text: string | RegExp) =>
  page.getByRole('status').filter({ hasText: text })

interface TaskOnServer {
  id: string
  title: string
  completed: boolean
  due?: string
  description: string | null
}

/** The API as another device of the same person would use it. */
export async function withApi({ context: { request } }: Person) {
  const { token } = await (await request.get('/auth/token')).json()
  const headers = { authorization: `Bearer ${token}` }
  const tasks = async (): Promise<TaskOnServer[]> => {
    const answer = await request.get('/tasks', { headers, params: { per_page: '100' } })
    return (await answer.json()).data
  }
  return {
    tasks,
    /** Once there are so many. */
    async untilTasks(count: number): Promise<TaskOnServer[]> {
      await expect.poll(async () => (await tasks()).length).toBe(count)
      return tasks()
    },
    async dues(): Promise<[string, string][]> {
      return (await tasks()).map(({ title, due }) => [title, due ?? ''])
    },
    async batch(operations: readonly object[]): Promise<void> {
      const answer = await request.post('/tasks/batch', { headers, data: { operations } })
      if (!answer.ok()) throw new Error(await answer.text())
    },
    async change(id: string, changes: object): Promise<void> {
      const answer = await request.patch(`/tasks/${id}`, { headers, data: changes })
      if (!answer.ok()) throw new Error(await answer.text())
    },
  }
}

export async function titlesOnServer(person: Person): Promise<string[]> {
  return (await (await withApi(person)).tasks()).map(({ title }) => title)
}
