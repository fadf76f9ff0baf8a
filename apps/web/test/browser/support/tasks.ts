import { randomUUID } from 'node:crypto'
import type { APIRequestContext, APIResponse, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { answered, type Person } from './person.ts'

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
  const chip = page.getByRole('button', { name: 'Due today' })
  await chip.waitFor()
  await quickAdd(page).fill('')
  await chip.waitFor({ state: 'detached' })
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

/**
 * Until the service has acknowledged all that was done on this page, and the page knows: what is seen says nothing of
 * that. The app itself asks before such a page is left, and else does not.
 */
export async function untilSent(page: Page): Promise<void> {
  await expect.poll(() => isLeftFreely(page)).toBe(true)
}

export function isLeftFreely(page: Page): Promise<boolean> {
  return page.evaluate<boolean>("dispatchEvent(new Event('beforeunload', { cancelable: true }))")
}

/** Does what needs the service, and does it again where the page says that it could not be done for the moment. */
export async function insist(page: Page, act: () => Promise<void>, isDone: () => Promise<boolean>) {
  const failed = page.getByText(/^This needs the network|cannot be reached\. Check the network/)
  for (;;) {
    await act()
    await expect.poll(async () => (await isDone()) || (await failed.count()) > 0).toBe(true)
    if (await isDone()) return
    // At once, or not at all: it leaves by itself, too.
    await page.getByRole('button', { name: 'Dismiss' }).evaluateAll((buttons) => {
      for (const button of buttons) if (button instanceof HTMLElement) button.click()
    })
  }
}

export const isGone = (what: Locator) => async () => (await what.count()) === 0
export const isThere = (what: Locator) => async () => (await what.count()) > 0

interface TaskOnServer {
  id: string
  title: string
  completed: boolean
  due?: string
  description: string | null
}

/** The API as another device of the same person would use it. */
export async function withApi({ context: { request } }: { context: { request: APIRequestContext } }) {
  const { token } = await bodyOf(await answered(() => request.get('/auth/token')))
  const headers = { authorization: `Bearer ${token}` }
  const tasks = async (): Promise<TaskOnServer[]> => {
    const params = { per_page: '100' }
    return (await bodyOf(await answered(() => request.get('/tasks', { headers, params })))).data
  }
  return {
    tasks,
    /** Once there are so many. */
    async untilTasks(count: number): Promise<TaskOnServer[]> {
      await expect.poll(async () => (await tasks()).length).toBe(count)
      return tasks()
    },
    async titlesByHand(): Promise<string[]> {
      const params = { sort: 'position', per_page: '100' }
      const { data } = await bodyOf(await answered(() => request.get('/tasks', { headers, params })))
      return data.map(({ title }: TaskOnServer) => title)
    },
    async dues(): Promise<[string, string][]> {
      return (await tasks()).map(({ title, due }) => [title, due ?? ''])
    },
    async batch(operations: readonly object[]): Promise<void> {
      // The first of several tries may have been done: it counts once.
      const once = { ...headers, 'idempotency-key': randomUUID() }
      const data = { operations }
      await bodyOf(await answered(() => request.post('/tasks/batch', { headers: once, data })))
    },
    async change(id: string, changes: object): Promise<void> {
      await bodyOf(await answered(() => request.patch(`/tasks/${id}`, { headers, data: changes })))
    },
    /** The lines of an export. What is here already stays as it is. */
    async import(lines: string): Promise<void> {
      const ofLines = { ...headers, 'content-type': 'application/x-ndjson' }
      await bodyOf(await answered(() => request.post('/me/import', { headers: ofLines, data: lines })))
    },
  }
}

async function bodyOf(answer: APIResponse) {
  if (!answer.ok()) throw new Error(`Answered ${answer.status()}: ${await answer.text()}`)
  return answer.json()
}

export async function titlesOnServer(person: Person): Promise<string[]> {
  return (await (await withApi(person)).tasks()).map(({ title }) => title)
}
