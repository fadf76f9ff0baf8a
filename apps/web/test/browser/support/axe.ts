import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

interface Violation {
  id: string
  nodes: { html: string; failureSummary?: string }[]
}

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const themes = {
  light: { runOnly: standards },
  // The same page in other colours: what is not about colours is as it was.
  dark: { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } },
} as const

/** No fault that a program can find, in the light and in the dark. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe.source)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // As text: what runs in the page does not know the types of Node, nor Node those of the page.
    const run = `axe.run(${JSON.stringify(themes[colorScheme])}).then(({ violations }) => violations)`
    const violations = await page.evaluate<Violation[]>(run)
    const told = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    )
    expect(told, `${what}, ${colorScheme}`).toEqual([])
  }
}
