import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

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
