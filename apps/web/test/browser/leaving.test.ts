import { expect, test } from 'vitest'
import { holdBack } from '../support/gate.ts'
import { chooseAccount, member, signedUp, signIn } from './support/person.ts'
import { add, expectTitles, item, quickAdd, status, titlesOnServer, untilSent } from './support/tasks.ts'

test('signing out with something unsent asks, waits for it where that is chosen, and loses nothing', async () => {
  const ada = await member()
  const { page, context } = ada
  await context.setOffline(true)
  await status(page, /^Offline/).waitFor()
  await add(page, 'Made offline')
  await expectTitles(page, ['Made offline'])
  await chooseAccount(page, 'Sign out')
  const dialog = page.getByRole('dialog', { name: 'Sign out' })
  await dialog.getByText('1 change not sent yet').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expectTitles(page, ['Made offline'])

  await chooseAccount(page, 'Sign out')
  await dialog.getByRole('button', { name: 'Send, then sign out' }).click()
  await dialog.getByText('Sending 1 change').waitFor()
  await context.setOffline(false)
  await page.getByRole('form', { name: 'Sign in' }).waitFor()
  await signIn(ada)
  await expectTitles(page, ['Made offline'])
})

test('signing out while a change is on its way waits for the answer, and needs no second word', async () => {
  const ada = await member()
  const { page, context } = ada
  const sending = await holdBack(context, '**/tasks/batch')
  await add(page, 'On its way')
  await chooseAccount(page, 'Sign out')
  await page.getByRole('dialog', { name: 'Sign out' }).getByText('Sending 1 change').waitFor()
  sending.open()
  await page.getByRole('form', { name: 'Sign in' }).waitFor()
  await signIn(ada)
  await expectTitles(page, ['On its way'])
})

test('what is unsent is lost only where that is chosen, and then this device keeps nothing of it', async () => {
  const ada = await member()
  const { page, context } = ada
  await context.route('**/tasks/batch', (route) => route.abort())
  await add(page, 'Never sent')
  await status(page, /^Offline.*1 change/).waitFor()
  await chooseAccount(page, 'Sign out')
  await page.getByRole('button', { name: 'Sign out and lose them' }).click()
  await page.getByRole('form', { name: 'Sign in' }).waitFor()
  await expect
    .poll(() => page.evaluate('indexedDB.databases().then((all) => all.map(({ name }) => name))'))
    .toEqual([])
  await context.unroute('**/tasks/batch')
  await signIn(ada)
  await page.getByRole('heading', { name: 'Nothing to do' }).waitFor()
  expect(await titlesOnServer(ada)).toEqual([])
})

test('where the session ends, what is half typed is there after the next sign-in, and what was done is sent', async () => {
  const ada = await member()
  const { page, context } = ada
  await add(page, 'Plan trip')
  await expectTitles(page, ['Plan trip'])
  await quickAdd(page).pressSequentially('Half a sen')
  await item(page, 'Plan trip').getByRole('button', { name: 'Plan trip', exact: true }).click()
  const description = page
    .getByRole('dialog', { name: 'Plan trip' })
    .getByRole('textbox', { name: 'Description' })
  await description.pressSequentially('By train, or')
  // The access token ends before its time, and there is no session to get another one from.
  await context.clearCookies()
  await context.route('**/tasks/changes*', (route) => route.fulfill({ status: 401, json: refused }))
  await context.setOffline(true)
  await context.setOffline(false)
  const signInDialog = page.getByRole('dialog', { name: 'Sign in' })
  await signInDialog.getByText('nothing you typed is lost').waitFor()
  await context.unroute('**/tasks/changes*')
  await signIn(ada)
  await signInDialog.waitFor({ state: 'detached' })

  expect(await description.inputValue()).toBe('By train, or')
  await description.pressSequentially(' by bus')
  await page.getByRole('dialog', { name: 'Plan trip' }).getByRole('button', { name: 'Close' }).click()
  expect(await quickAdd(page).inputValue()).toBe('Half a sen')
  await quickAdd(page).press('Enter')
  await expectTitles(page, ['Half a sen', 'Plan trip'])
  await expect.poll(() => titlesOnServer(ada)).toEqual(['Half a sen', 'Plan trip'])
})

test('leaving with something unsent is asked about first, and with nothing unsent it is not', async () => {
  const { page, context } = await member()
  await context.route('**/tasks/batch', (route) => route.abort())
  await add(page, 'Not sent yet')
  await status(page, /^Offline.*1 change/).waitFor()
  const asked: string[] = []
  page.on('dialog', (dialog) => {
    asked.push(dialog.type())
    void dialog.accept()
  })
  await page.reload()
  expect(asked).toEqual(['beforeunload'])
  // It has tried before it is let through: only then does it tell by the notice that all is sent.
  await status(page, /^Offline.*1 change/).waitFor()
  await context.unroute('**/tasks/batch')
  // A page that nobody has touched is left without a question.
  await quickAdd(page).click()
  await status(page, /^Offline/).waitFor({ state: 'hidden' })
  await page.reload()
  await expectTitles(page, ['Not sent yet'])
  expect(asked).toEqual(['beforeunload'])
})

test('the browser is asked to keep the tasks, and no access token is stored on the device', async () => {
  const ada = await signedUp()
  const { page, context } = ada
  await context.addInitScript(`{
    globalThis.asked = 0
    const { persist } = StorageManager.prototype
    StorageManager.prototype.persist = function () {
      globalThis.asked += 1
      return persist.call(this)
    }
  }`)
  await page.goto('/')
  await add(page, 'Buy milk')
  await expect.poll(() => titlesOnServer(ada)).toEqual(['Buy milk'])
  expect(await page.evaluate('globalThis.asked')).toBeGreaterThan(0)
  // An acknowledged change goes from one store to another, which are read one after the other.
  await untilSent(page)
  const stored = await page.evaluate<string>(`(async () => {
    const all = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise((resolve) => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => resolve(opening.result)
      })
      for (const store of database.objectStoreNames) {
        const rows = await new Promise((resolve) => {
          const reading = database.transaction(store).objectStore(store).getAll()
          reading.onsuccess = () => resolve(reading.result)
        })
        all.push(JSON.stringify(rows))
      }
      database.close()
    }
    return all.join()
  })()`)
  expect(stored).toContain('Buy milk')
  expect(stored).not.toMatch(/eyJ[\w-]+\.[\w-]+\./)
})

const refused = {
  type: 'about:blank',
  title: 'Unauthorized',
  status: 401,
  code: 'unauthenticated',
  detail: 'The access token has ended',
}
