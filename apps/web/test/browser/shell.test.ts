import { chromium } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { chromiumArguments, findWholeChromium } from '../../../../services/api/test-live/support/chromium.ts'
import { member, serviceUrl, stranger, worked } from './support/person.ts'
import { goTo } from './support/tasks.ts'

const addresses = [
  ['/trash', 'Trash'],
  ['/', 'All'],
  ['/today', 'Today'],
  ['/upcoming', 'Upcoming'],
  ['/completed', 'Completed'],
  ['/tags/home', 'home'],
  ['/tags/%D7%91%D7%99%D7%AA%2F%3F', 'בית/?'],
] as const

test('each address opens its view, and so does a reload where a link has led', async () => {
  const { page, trouble } = await member()
  await goTo(page, 'Trash')
  await page.reload()
  for (const [path, name] of addresses) {
    // The page that was reloaded is at the first of them.
    if (new URL(page.url()).pathname !== path) await page.goto(path)
    await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
    expect(new URL(page.url()).pathname).toBe(path)
    expect(await page.title()).toBe(`${name} · Tasklane`)
  }
  expect(trouble).toEqual([])
})

test('links change the view without loading the page, and the way back is the browser’s own', async () => {
  const { page } = await member()
  await page.evaluate('globalThis.isSamePage = true')
  const views = page.getByRole('navigation', { name: 'Views' })
  await views.getByRole('link', { name: 'Trash' }).click()
  await page.getByRole('heading', { level: 1, name: 'Trash' }).waitFor()
  await views.getByRole('link', { name: 'Trash' }).and(page.locator('[aria-current=page]')).waitFor()
  await page.goBack()
  await page.getByRole('heading', { level: 1, name: 'All' }).waitFor()
  expect(await page.evaluate('globalThis.isSamePage')).toBe(true)
})

test('without a network the app opens from what is kept, at any address, and nothing of the API is kept', async () => {
  const { page, context, trouble } = await member(worked)
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
  await expect.poll(() => page.evaluate('navigator.serviceWorker.controller !== null')).toBe(true)
  const kept: string[] = await page.evaluate(`(async () => {
    const requests = []
    for (const name of await caches.keys()) requests.push(...(await (await caches.open(name)).keys()))
    return requests.map(({ url }) => new URL(url).pathname)
  })()`)
  expect(kept.filter((path) => path !== '/' && !path.startsWith('/assets/'))).toEqual([])
  expect(kept).toContain('/')

  await context.setOffline(true)
  await page.goto('/upcoming')
  await page.getByRole('heading', { level: 1, name: 'Upcoming' }).waitFor()
  await page.goto('/tasks/0190a000-0000-7000-8000-000000000000')
  await page.getByRole('navigation', { name: 'Views' }).waitFor()
  await context.setOffline(false)
  expect(trouble).toEqual([])
})

interface Manifest {
  icons: { src: string; sizes: string; type: string }[]
}

test('Chromium finds nothing that keeps the app from being installed, and each icon is as large as it is said to be', async () => {
  // The shell, in which the other tests run, installs nothing.
  const whole = await chromium.launch({ executablePath: findWholeChromium(), args: chromiumArguments })
  onTestFinished(() => whole.close())
  const context = await whole.newContext({ serviceWorkers: 'block', baseURL: serviceUrl() })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  // Of a context of its own Chromium says first that it is private; all else it looks at all the same.
  const faults = async () => {
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
    return installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')
  }
  await page.goto('/sign-in')
  expect(await faults()).toEqual([])
  const { icons }: Manifest = await (await context.request.get('/manifest.webmanifest')).json()
  expect(icons.map(({ sizes }) => sizes)).toEqual(['any', '192x192', '512x512', '512x512'])
  for (const { src, sizes, type } of icons) {
    const icon = await context.request.get(src)
    expect(icon.headers()['content-type']).toBe(type)
    const content = await icon.body()
    // A PNG begins with its size.
    if (sizes !== 'any') expect(`${content.readUInt32BE(16)}x${content.readUInt32BE(20)}`).toBe(sizes)
  }
  await context.route('**/manifest.webmanifest', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, json: { ...(await answer.json()), icons: [] } })
  })
  await page.reload()
  expect(await faults()).toContain('no-acceptable-icon')
})

test('nothing that is no script of ours runs, and no text becomes HTML', async () => {
  const { page } = await member()
  const outcome = await page.evaluate(`(() => {
    const refused = []
    const script = document.createElement('script')
    try { script.textContent = 'globalThis.isTaken = true' } catch (error) { refused.push(error.name) }
    try { document.body.innerHTML += '<p>text</p>' } catch (error) { refused.push(error.name) }
    return { refused, isTaken: globalThis.isTaken === true }
  })()`)
  expect(outcome).toEqual({ refused: ['TypeError', 'TypeError'], isTaken: false })
})

test('at 320 pixels, nothing is cut off and nothing moves sideways but the line of views', async () => {
  const visitor = await stranger({ viewport: { width: 320, height: 640 } })
  for (const path of ['/sign-in', '/create-account']) {
    await visitor.page.goto(path)
    await visitor.page.getByRole('form').waitFor()
    expect(await visitor.page.evaluate('document.documentElement.scrollWidth')).toBe(320)
  }
  const { page } = await member({ viewport: { width: 320, height: 640 } })
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
  await page.getByRole('button', { name: 'Account' }).click()
  const box = await page.getByRole('menu').boundingBox()
  expect(box?.x).toBeGreaterThanOrEqual(0)
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(320)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
})
