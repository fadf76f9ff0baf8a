import type { CDPSession, Page } from 'playwright-core'

/** Of a page: when what a person waits for was painted, and how long each key took to be seen. */
export interface Painted {
  /** The line in which tasks are typed. */
  line: number
  list: number
}

/*
 * These run in the page, and so are texts: neither side knows the types of the other. A frame is painted once what was
 * posted in its last callback comes back.
 */

const recorder = `
  globalThis.painted = {}
  globalThis.tellLatency ??= () => {}
  globalThis.afterPaint = (work) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = work
    port2.postMessage(0)
  })
  const wanted = { line: '.quick-add input', list: '.tasks li' }
  const look = () => {
    for (const [name, selector] of Object.entries(wanted)) {
      if (name in painted || document.querySelector(selector) === null) continue
      painted[name] = 0
      afterPaint(() => { painted[name] = performance.now() })
    }
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true })
  addEventListener('keydown', ({ timeStamp }) => {
    afterPaint(() => { tellLatency(String(performance.now() - timeStamp)) })
  }, true)
`

export async function record(page: Page): Promise<void> {
  await page.addInitScript(recorder)
}

export async function paintedOn(page: Page): Promise<Painted> {
  await until(page, 'painted.line > 0 && painted.list > 0')
  return page.evaluate<Painted>('painted')
}

/** As a fast typist: 120 words a minute. */
const KEY_MILLISECONDS = 100

/**
 * Presses the keys one after another, ten a second at most, each once the one before it is seen. The page tells of each
 * itself: to ask it would take a slow device's time from the letter.
 * @returns milliseconds, the shortest first.
 */
export async function latenciesOf(page: Page, keys: readonly string[]): Promise<number[]> {
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.enable')
  await session.send('Runtime.addBinding', { name: 'tellLatency' })
  const latencies: number[] = []
  for (const key of keys) {
    const seen = new Promise<string>((resolve) => {
      session.once('Runtime.bindingCalled', ({ payload }) => resolve(payload))
    })
    const beat = new Promise((resolve) => setTimeout(resolve, KEY_MILLISECONDS))
    await page.keyboard.press(key)
    latencies.push(Number(await seen))
    await beat
  }
  await session.detach()
  return latencies.sort((one, other) => one - other)
}

/** Resolves once a task of this title is painted. Playwright's own waiting looks every half a second after a while. */
export async function paintedTask(page: Page, title: string): Promise<void> {
  const checkbox = `.tasks input[aria-label="${title}"]`
  await page.evaluate(`new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (document.querySelector('${checkbox}') === null) return
      observer.disconnect()
      afterPaint(() => resolve())
    })
    observer.observe(document, { childList: true, subtree: true, attributes: true })
  })`)
}

/** Playwright's own waiting evaluates texts within the page, which the page's policy forbids. */
async function until(page: Page, condition: string): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const look = () => (${condition} ? resolve() : setTimeout(look, 5))
    look()
  })`)
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** What is reachable, in MB. */
export async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize / 1_000_000
}

export interface Transfer {
  requests: number
  script: number
  style: number
  all: number
}

/** Adds up what comes over the network until the event streams, which do not end. */
export async function countTransfer(session: CDPSession): Promise<Transfer> {
  const transfer = { requests: 0, script: 0, style: 0, all: 0 }
  const types = new Map<string, string>()
  session.on('Network.responseReceived', ({ requestId, type }) => {
    types.set(requestId, type)
    transfer.requests += 1
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    transfer.all += encodedDataLength
    if (types.get(requestId) === 'Script') transfer.script += encodedDataLength
    if (types.get(requestId) === 'Stylesheet') transfer.style += encodedDataLength
  })
  await session.send('Network.enable')
  return transfer
}
