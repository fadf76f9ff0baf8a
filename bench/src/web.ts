import { randomUUID } from 'node:crypto'
import { loadavg } from 'node:os'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { chromiumArguments, findWholeChromium } from '../../services/api/test-live/support/chromium.ts'
import { type WebFigure, writeWebReport } from './report.ts'
import {
  countTransfer,
  heapOf,
  latenciesOf,
  paintedOn,
  paintedTask,
  percentile,
  record,
  type Transfer,
} from './web-page.ts'
import { startWebService } from './web-service.ts'

/**
 * `npm run bench -- web`: what the web app makes a person wait for, with few tasks and with many. `npm run bench -- web 5000`:
 * with so many, `-- web 100000 keys`: the letters alone; neither writes a report.
 */
const SLOWER = 4
const SIZES = [100, 100_000] as const
const [given, part] = process.argv.slice(2)
const only = given === undefined ? undefined : Number(given)
const sizes = only === undefined ? SIZES : [only]
const typed = [...'Pay rent tomorrow 9am every month #home p1 and say so to the landlord before noon'].map(
  keyOf,
)
const searched = [...'invoice 42'].map(keyOf)

const figures: WebFigure[] = []
const started = new Date()
const service = await startWebService()
const browser = await chromium.launch({ executablePath: findWholeChromium(), args: chromiumArguments })
try {
  for (const size of sizes) await measureAt(size)
  tell('load average of the machine, at the end', loadavg()[0]?.toFixed(1) ?? '')
  if (only === undefined) writeWebReport({ browser: `Chromium ${browser.version()}`, started, figures })
} finally {
  await browser.close()
  await service.stop()
}

async function measureAt(size: number): Promise<void> {
  const email = `ada-${size}@example.com`
  const device = await newContext(browser)
  await service.signUp(device.request, email)
  await service.importTasks(device.request, size)
  const { page, transfer } = await openSlowly(device)
  await firstOpening(page, transfer, size)
  await laterOpening(page, size)
  await keys(page, size)
  if (part !== 'keys') {
    await changes(page, device, size)
    if (size === SIZES[0]) await together(device)
  }
  await device.close()
}

function tell(what: string, figure: string, budget = ''): void {
  figures.push({ what, figure, budget })
  process.stdout.write(`${what}: ${figure}${budget === '' ? '' : ` (${budget})`}\n`)
}

function count(number: number): string {
  return number.toLocaleString('en')
}

function ms(milliseconds: number): string {
  return `${count(Math.round(milliseconds))} ms`
}

function kb(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`
}

function newContext(from: Browser): Promise<BrowserContext> {
  return from.newContext({ baseURL: service.url, locale: 'en-GB', viewport: { width: 1100, height: 800 } })
}

async function openSlowly(context: BrowserContext): Promise<{ page: Page; transfer: Transfer }> {
  const page = await context.newPage()
  page.setDefaultTimeout(300_000)
  await record(page)
  const session = await context.newCDPSession(page)
  const transfer = await countTransfer(session)
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
  return { page, transfer }
}

async function firstOpening(page: Page, transfer: Transfer, size: number): Promise<void> {
  let pages = 0
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/tasks/changes') pages += 1
  })
  await page.goto('/')
  const painted = await paintedOn(page)
  if (size === SIZES[0]) {
    tell('first view: requests until the list is painted', String(transfer.requests))
    tell('first view: JavaScript', kb(transfer.script), '60 KB')
    tell('first view: CSS', kb(transfer.style), '10 KB')
    tell('first view: everything on the wire', kb(transfer.all))
  }
  tell(`${count(size)} tasks, new device: ready to type`, ms(painted.line))
  tell(`${count(size)} tasks, new device: first list painted`, ms(painted.list))
  await page
    .locator('.count', { hasText: count(Math.ceil(size * 0.9)) })
    .first()
    .waitFor()
  const whole = await page.evaluate<number>('performance.now()')
  tell(`${count(size)} tasks, new device: all of them here`, ms(whole))
  if (size > SIZES[0]) tell(`${count(size)} tasks, new device: requests to the feed`, String(pages), '25')
}

async function laterOpening(page: Page, size: number): Promise<void> {
  await page.reload()
  const painted = await paintedOn(page)
  tell(`${count(size)} tasks, known device: ready to type`, ms(painted.line))
  tell(`${count(size)} tasks, known device: list painted`, ms(painted.list))
}

async function keys(page: Page, size: number): Promise<void> {
  await untilDatesAreRead(page)
  await page.getByRole('textbox', { name: 'Add a task' }).focus()
  const typing = await latenciesOf(page, typed)
  tell(`${count(size)} tasks: a letter in quick add, p95`, ms(percentile(typing, 0.95)), '50 ms')
  await page.getByRole('textbox', { name: 'Add a task' }).fill('')
  await page.getByRole('searchbox', { name: 'Search' }).focus()
  const rounds = Array.from({ length: 4 }, () => [...searched, ...searched.map(() => 'Backspace')]).flat()
  const searching = await latenciesOf(page, rounds)
  tell(`${count(size)} tasks: a letter in search, p95`, ms(percentile(searching, 0.95)), '200 ms')
  await page.keyboard.press('Escape')
  await page.locator('.tasks li').first().waitFor()
  const nodes = await page.evaluate<number>("document.querySelectorAll('*').length")
  tell(`${count(size)} tasks: elements in the page`, String(nodes), '2,000')
}

/** The reader of dates is loaded when somebody comes near the line, and a line that is entered before waits for it. */
async function untilDatesAreRead(page: Page): Promise<void> {
  const line = page.getByRole('textbox', { name: 'Add a task' })
  await line.fill('Is it today')
  await page.getByRole('button', { name: 'Due today' }).waitFor()
  await line.fill('')
}

/** One every six seconds for an hour, from another device, as fast as they come. */
async function changes(page: Page, device: BrowserContext, size: number): Promise<void> {
  const session = await device.newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  const before = await heapOf(session)
  const headers = await service.headers(device.request)
  for (let batch = 0; batch < 60; batch += 1) {
    const operations = Array.from({ length: 10 }, (_, index) => ({
      op: 'create',
      title: `Change ${batch * 10 + index}`,
    }))
    const answer = await device.request.post('/tasks/batch', { headers, data: { operations } })
    const { results } = await answer.json()
    const ids = results.map(({ task }: { task: { id: string } }) => task.id)
    await device.request.post('/tasks/batch', {
      headers,
      data: { operations: ids.map((id: string) => ({ op: 'delete', id })) },
    })
  }
  const title = `Last ${randomUUID()}`
  await device.request.post('/tasks', { headers, data: { title } })
  await page.getByRole('checkbox', { name: title }).waitFor()
  const after = await heapOf(session)
  tell(`${count(size)} tasks: memory of scripts`, `${before.toFixed(1)} MB`)
  tell(`${count(size)} tasks: the same after 1,200 changes`, `${after.toFixed(1)} MB`)
}

/** Several tabs and devices of one person. */
async function together(device: BrowserContext): Promise<void> {
  const other = await browser.newContext({ baseURL: service.url, storageState: await device.storageState() })
  const there = await other.newPage()
  await record(there)
  await there.goto('/')
  await there.locator('.tasks li').first().waitFor()
  const tabs: Page[] = []
  const loads: number[] = []
  for (let tab = 0; tab < 8; tab += 1) {
    const page = await device.newPage()
    await record(page)
    await page.goto('/')
    loads.push((await paintedOn(page)).list)
    tabs.push(page)
  }
  tell('eight tabs: the slowest to its list, at full speed', ms(Math.max(...loads)), '2,000 ms')
  const seen: number[] = []
  const here = tabs.at(-1)
  if (here !== undefined) await untilDatesAreRead(here)
  for (let round = 0; here !== undefined && round < 10; round += 1) {
    const title = `Seen ${randomUUID()}`
    await here.getByRole('textbox', { name: 'Add a task' }).fill(title)
    const painted = paintedTask(there, title)
    const at = performance.now()
    await here.keyboard.press('Enter')
    await painted
    seen.push(performance.now() - at)
  }
  seen.sort((one, other) => one - other)
  tell('another device shows a change, the slowest of ten', ms(seen.at(-1) ?? Number.NaN), '1,000 ms')
  await other.close()
}

function keyOf(letter: string): string {
  return letter === ' ' ? 'Space' : letter
}
