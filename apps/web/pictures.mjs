// `npm run pictures`: the app as a person sees it, view by view, into docs/pictures. Look at each, and then improve.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pictures = join(root, 'docs/pictures')
/** Of those that are named behind the command, or all. */
const wanted = process.argv.slice(2)

const desktop = { viewport: { width: 1180, height: 760 }, deviceScaleFactor: 1 }
const phone = {
  viewport: { width: 390, height: 780 },
  deviceScaleFactor: 1.5,
  isMobile: true,
  hasTouch: true,
}

const data = mkdtempSync(join(tmpdir(), 'tasklane-pictures-'))
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const service = spawn(process.execPath, ['scripts/start.mjs'], {
  cwd: root,
  stdio: 'inherit',
  env: {
    PATH: process.env.PATH,
    PORT: String(port),
    DATA_DIR: data,
    LOG_LEVEL: 'warn',
    RATE_LIMIT_PER_MINUTE: '0',
  },
})
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
})
try {
  mkdirSync(pictures, { recursive: true })
  await ready()
  await takeAll()
} finally {
  await browser.close()
  service.kill('SIGINT')
  if (service.exitCode === null) await new Promise((resolve) => service.once('exit', resolve))
  rmSync(data, { recursive: true, force: true })
}

async function takeAll() {
  await picture('sign-in', desktop, async (page) => page.goto('/sign-in'), { isStranger: true })
  await picture(
    'create-account-phone',
    { ...phone, colorScheme: 'dark' },
    (page) => page.goto('/create-account'),
    {
      isStranger: true,
    },
  )
  const tasks = someTasks()
  for (const view of ['all', 'today', 'upcoming', 'completed', 'trash']) {
    await picture(view, desktop, (page) => open(page, view), { tasks })
  }
  await picture('tag', desktop, (page) => open(page, 'tags/home'), { tasks })
  await picture('today-dark', { ...desktop, colorScheme: 'dark' }, (page) => open(page, 'today'), { tasks })
  await picture('today-phone', phone, (page) => open(page, 'today'), { tasks })
  await picture('upcoming-phone-dark', { ...phone, colorScheme: 'dark' }, (page) => open(page, 'upcoming'), {
    tasks,
  })
  await picture('empty', desktop, (page) => open(page, 'all'), {})
  await picture('empty-phone', phone, (page) => open(page, 'today'), {})
  await picture('quick-add', desktop, quickAdd, { tasks })
  await picture('task', desktop, openTask, { tasks })
  await picture('task-phone', phone, openTask, { tasks })
  await picture('task-dark', { ...desktop, colorScheme: 'dark' }, openTask, { tasks })
  await picture('all-phone', phone, (page) => open(page, 'all'), { tasks })
  await picture('tag-phone', phone, (page) => open(page, 'tags/home'), { tasks })
  await picture('menu', desktop, openMenu, { tasks })
  await picture('menu-phone', phone, openMenu, { tasks })
  await picture('selected', desktop, selectSome, { tasks })
  await picture('search', desktop, (page) => open(page, 'search?q=re'), { tasks })
  await picture('search-phone', phone, (page) => open(page, 'search?q=re'), { tasks })
  await picture('offline', desktop, offline, { tasks })
  await picture('offline-phone', phone, offline, { tasks })
  await picture('conflict', desktop, conflict, { tasks })
  await picture('conflict-phone-dark', { ...phone, colorScheme: 'dark' }, conflict, { tasks })
  await picture('right-to-left', desktop, (page) => open(page, 'all'), { tasks: rightToLeftTasks() })
  await picture('trash-phone', phone, (page) => open(page, 'trash'), { tasks })
  await picture('many', desktop, many, { tasks: manyTasks(5000) })
  for (const item of [
    'Export',
    'Import',
    'Change password',
    'Sessions',
    'Appearance',
    'Keyboard shortcuts',
    'Delete account',
  ]) {
    const name = `account-${item.toLowerCase().replace(' ', '-')}`
    await picture(name, desktop, (page) => openAccount(page, item), { tasks })
  }
  await picture('account-menu-phone', phone, (page) => openAccount(page), { tasks })
}

/** A fresh person with these tasks, and what they see then. */
async function picture(name, options, show, { tasks = [], isStranger = false }) {
  if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) return
  const context = await browser.newContext({
    baseURL: url,
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  })
  try {
    if (!isStranger) await signUp(context, tasks)
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    await show(page, context)
    await page.evaluate('document.fonts.ready.then(() => undefined)')
    await page.evaluate(
      'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
    )
    await page.screenshot({ path: join(pictures, `${name}.png`) })
    process.stdout.write(`${name}\n`)
  } catch (error) {
    process.stderr.write(`${name} failed: ${error}\n`)
    process.exitCode = 1
  } finally {
    await context.close()
  }
}

async function signUp({ request }, tasks) {
  const account = { email: 'ada@example.com', password: 'correct horse battery' }
  const known = await request.post('/auth/sign-in/email', { data: account })
  if (known.ok()) await dropAccount(request)
  await request.post('/auth/sign-up/email', { data: account })
  const headers = { authorization: `Bearer ${(await (await request.get('/auth/token')).json()).token}` }
  for (let start = 0; start < tasks.length; start += 100) {
    const operations = tasks
      .slice(start, start + 100)
      .map(({ done, gone, ...task }) => ({ op: 'create', ...task }))
    const answer = await request.post('/tasks/batch', { headers, data: { operations } })
    if (!answer.ok()) throw new Error(await answer.text())
    const { results } = await answer.json()
    for (const [index, { task }] of results.entries()) {
      const { done, gone } = tasks[start + index]
      if (done) await request.patch(`/tasks/${task.id}`, { headers, data: { completed: true } })
      if (gone) await request.delete(`/tasks/${task.id}`, { headers })
    }
  }
}

/** The address is to be the same on each picture. */
async function dropAccount(request) {
  const headers = { authorization: `Bearer ${(await (await request.get('/auth/token')).json()).token}` }
  await request.delete('/me', { headers })
}

async function open(page, path) {
  await page.goto(`/${path === 'all' ? '' : path}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await settled(page)
}

/** Once the first walk of the feed is over: then the views have their counts, unless there is nothing to count. */
async function settled(page) {
  await page.waitForLoadState('load')
  const counts = page.getByRole('navigation', { name: 'Views' }).locator('.count')
  const tasks = page.getByRole('list', { name: 'Tasks' }).getByRole('listitem')
  for (const sign of [counts, tasks]) {
    await sign
      .first()
      .waitFor({ timeout: 4000 })
      .catch(() => undefined)
  }
}

async function quickAdd(page) {
  await open(page, 'all')
  const field = page.getByRole('textbox', { name: 'Add a task' })
  await field.pressSequentially('Pay rent tomorrow 9am every month #home p1')
  await page.getByRole('button', { name: /^Due/ }).first().waitFor()
}

async function openTask(page) {
  await open(page, 'all')
  // On a phone its row is out of sight, and so is not drawn.
  await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)')
  await page.getByRole('button', { name: 'Book the dentist', exact: true }).click()
  await page.getByRole('dialog').waitFor()
}

async function offline(page, context) {
  await open(page, 'today')
  await context.setOffline(true)
  const field = page.getByRole('textbox', { name: 'Add a task' })
  await field.fill('Call the plumber')
  await field.press('Enter')
  await page.getByRole('status').filter({ hasText: 'Offline' }).waitFor()
}

async function many(page) {
  await open(page, 'all')
  await page.getByText('5,000', { exact: true }).waitFor()
}

async function openMenu(page) {
  await open(page, 'all')
  const row = page.getByRole('listitem').filter({ hasText: 'Pay rent' })
  await row.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menu').waitFor()
}

async function selectSome(page) {
  await open(page, 'all')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await page.getByRole('group', { name: /selected/ }).waitFor()
}

/** The title and the day were changed on two devices. */
async function conflict(page, context) {
  await open(page, 'today')
  const title = 'Reply to Grace about the draft'
  await context.setOffline(true)
  await page.getByRole('status').filter({ hasText: 'Offline' }).waitFor()
  await page.getByRole('button', { name: title, exact: true }).click()
  await page.getByRole('textbox', { name: 'Title' }).fill('Reply to Grace: the second draft')
  await page.getByRole('dialog').getByLabel('Due').fill(day(1))
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const { request } = context
  const headers = { authorization: `Bearer ${(await (await request.get('/auth/token')).json()).token}` }
  const { data } = await (await request.get('/tasks?per_page=100', { headers })).json()
  const { id } = data.find((task) => task.title === title)
  const changes = { title: 'Reply to Grace about both drafts', due: day(3) }
  await request.patch(`/tasks/${id}`, { headers, data: changes })
  await context.setOffline(false)
  await page.getByRole('region', { name: /was changed here and elsewhere/ }).waitFor()
}

async function openAccount(page, item) {
  await open(page, 'all')
  await page.getByRole('button', { name: 'Account' }).click()
  if (item === undefined) return
  await page.getByRole('menuitem', { name: item }).click()
  await page.getByRole('dialog').waitFor()
  if (item === 'Sessions') await page.getByText('This device').waitFor()
}

function someTasks() {
  return [
    { title: 'Water the plants', tags: ['home'], due: day(0), recurrence: 'FREQ=WEEKLY' },
    {
      title: 'Book the dentist',
      due: `${day(1)}T09:00`,
      priority: 5,
      tags: ['health'],
      description: 'Ask for a morning.\nDr Okafor, 020 7946 0011',
    },
    { title: 'Send the invoice to Northwind', due: day(-2), priority: 1, tags: ['work'] },
    { title: 'Reply to Grace about the draft', due: day(0), priority: 1, tags: ['work'] },
    { title: 'Buy a birthday present for Sam', due: day(3), tags: ['family'] },
    { title: 'Renew the passport', due: day(12), priority: 5 },
    { title: 'Pay rent', due: day(4), recurrence: 'FREQ=MONTHLY', tags: ['home'], priority: 1 },
    { title: 'Read “A Philosophy of Software Design”', tags: ['reading'] },
    { title: 'Fix the squeaky kitchen door', tags: ['home'], priority: 9 },
    { title: 'Plan the trip to Lisbon', due: day(6), tags: ['family', 'travel'] },
    { title: 'Review pull requests', due: `${day(0)}T16:30`, tags: ['work'], recurrence: 'FREQ=DAILY' },
    { title: 'Return the library books', due: day(-1), tags: ['reading'] },
    { title: 'Order new running shoes', done: true },
    { title: 'Call Mum', done: true, tags: ['family'] },
    { title: 'Back up the laptop', done: true, tags: ['work'] },
    { title: 'Old shopping list', gone: true },
    { title: 'Try that sourdough recipe', gone: true, tags: ['home'] },
  ]
}

function rightToLeftTasks() {
  return [
    { title: 'לקנות חלב ולחם', due: day(0), tags: ['בית'] },
    { title: 'להתקשר לאמא', due: `${day(1)}T18:30`, priority: 1 },
    { title: 'دفع الإيجار', due: day(4), recurrence: 'FREQ=MONTHLY', tags: ['البيت'] },
    { title: 'Book: “הארי פוטר” for Noa', tags: ['family'] },
    { title: 'Call the plumber', due: day(-1), priority: 5 },
  ]
}

function manyTasks(count) {
  const some = someTasks().filter(({ done, gone }) => !done && !gone)
  return Array.from({ length: count }, (_, index) => {
    const task = some[index % some.length]
    return { ...task, title: `${task.title} (${Math.floor(index / some.length) + 1})` }
  })
}

function day(offset) {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
}

async function ready() {
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await isReady())) {
    if (service.exitCode !== null) throw new Error('The service has not started')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address()
      server.close(() => resolve(free))
    })
  })
}
