import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { chooseAccount, member, type Person } from './support/person.ts'
import { add, expectTitles, insist, isGone, isThere, status, untilSent } from './support/tasks.ts'

const unreachable = 'Tasklane cannot be reached. Check the network and try again.'

/** Somebody with one task, which the service has, and no network. */
async function offline(): Promise<Person> {
  const ada = await member()
  await add(ada.page, 'Buy milk')
  await expectTitles(ada.page, ['Buy milk'])
  await untilSent(ada.page)
  await ada.context.setOffline(true)
  await status(ada.page, /^Offline/).waitFor()
  return ada
}

async function open(page: Page, name: string) {
  await chooseAccount(page, name)
  return page.getByRole('dialog', { name })
}

async function close(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

test('without a network the password and the sessions stay as they are, the page says why, and what was typed stays', async () => {
  const { page, context, password, trouble } = await offline()
  const changing = await open(page, 'Change password')
  const typed = { 'Current password': password, 'New password': 'battery staple' }
  const field = (name: string) => changing.getByRole('textbox', { name })
  for (const [name, text] of Object.entries(typed)) await field(name).fill(text)
  await changing.getByRole('button', { name: 'Change password' }).click()
  await changing.getByText(unreachable).waitFor()
  for (const [name, text] of Object.entries(typed)) expect(await field(name).inputValue()).toBe(text)
  await close(page)
  const sessions = await open(page, 'Sessions')
  await sessions.getByText(unreachable).waitFor()
  await context.setOffline(false)
  await close(page)
  await status(page, /^Offline/).waitFor({ state: 'hidden' })
  await open(page, 'Sessions')
  await sessions.getByRole('listitem').filter({ hasText: 'This device' }).waitFor()
  expect(trouble).toEqual([])
})

test('without a network nothing is exported, imported or deleted, the page says why, and each goes on once it is back', async () => {
  const { page, context, trouble } = await offline()
  const exporting = await open(page, 'Export')
  await exporting.getByRole('button', { name: 'Download' }).click()
  await exporting.getByText(unreachable).waitFor()
  await close(page)
  const importing = await open(page, 'Import')
  await importing
    .getByLabel('File')
    .setInputFiles({ name: 'tasks.ndjson', mimeType: '', buffer: Buffer.from(lines) })
  const bring = () => importing.getByRole('button', { name: 'Import' }).click()
  await bring()
  await importing.getByText(unreachable).waitFor()
  await context.setOffline(false)
  await insist(page, bring, isThere(importing.getByText('Imported 1 task')))
  await close(page)
  await expectTitles(page, ['Buy milk', 'Water the plants'])

  await context.setOffline(true)
  await status(page, /^Offline/).waitFor()
  const deleting = await open(page, 'Delete account')
  await deleting.getByRole('textbox', { name: 'Type delete to confirm' }).fill('delete')
  const remove = () => deleting.getByRole('button', { name: 'Delete account' }).click()
  await remove()
  await deleting.getByText(unreachable).waitFor()
  await expectTitles(page, ['Buy milk', 'Water the plants'])
  await context.setOffline(false)
  await insist(page, remove, isGone(deleting))
  await page.getByRole('form', { name: 'Sign in' }).waitFor()
  expect(trouble).toEqual([])
})

const at = '2026-01-01T00:00:00.000Z'
const lines = [
  { type: 'export', version: 1, user_id: '0190a000-0000-7000-8000-000000000000', exported_at: at },
  {
    type: 'task',
    id: '0190a000-0000-7000-8000-000000000001',
    title: 'Water the plants',
    description: null,
    completed: false,
    created_at: at,
    updated_at: at,
    deleted_at: null,
  },
  { type: 'end', count: 1 },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('')
