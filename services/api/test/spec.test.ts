import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const specification = readFileSync(
  new URL('../../../specs/006-task-crud-api/spec.md', import.meta.url),
  'utf8',
)

interface Proof {
  file: string
  title: string
}

interface Requirement {
  id: string
  says: string
  proofs: Proof[]
}

/** A requirement runs from its number to the next one, or to the next heading. */
function requirementsOf(markdown: string): Requirement[] {
  return [...markdown.matchAll(/^- \*\*(FR-\d+)\*\*(.*?)(?=^- \*\*|^#|(?![\s\S]))/gms)].map(
    ([, id = '', text = '']) => ({
      id,
      says:
        text
          .split(/^ {2}- /m)[0]
          ?.replaceAll(/\s+/g, ' ')
          .trim() ?? '',
      proofs: [...text.matchAll(/`(\S+\.test\.ts) › (.+?)`/g)].map(([, file = '', title = '']) => ({
        file,
        title,
      })),
    }),
  )
}

/** A test that is passed over, awaited or meant to fail proves nothing, and neither does any beside one that runs alone. */
const passedOver = /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|skipIf|runIf|todo|fails|only)\b|\.skip\(/

/** Whether the source has a test of this title that runs, in whatever quotes, by itself or behind `test.each`. */
function proves(source: string, title: string): boolean {
  const code = source.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '')
  const escaped = title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const call = new RegExp(`(?:^\\s*test|\\))\\(\\s*(['"\`])${escaped}\\1,`, 'm')
  return call.test(code) && !passedOver.test(code)
}

function isProof({ file, title }: Proof): boolean {
  const path = new URL(file, import.meta.url)
  return existsSync(path) && proves(readFileSync(path, 'utf8'), title)
}

const requirements = requirementsOf(specification)

test('the specification has its requirements numbered from one, each once', () => {
  const numbers = requirements.map(({ id }) => id)
  expect(numbers.length).toBeGreaterThanOrEqual(13)
  expect(numbers).toEqual(numbers.map((_, index) => `FR-${String(index + 1).padStart(3, '0')}`))
})

test('no requirement is said twice, or says nothing', () => {
  const texts = requirements.map(({ says }) => says)
  expect(texts.filter((text, index) => text === '' || texts.indexOf(text) !== index)).toEqual([])
})

test('every requirement names a test', () => {
  expect(requirements.filter(({ proofs }) => proofs.length === 0).map(({ id }) => id)).toEqual([])
})

test('every test that a requirement names is there', () => {
  const missing = requirements.flatMap(({ id, proofs }) =>
    proofs.filter((proof) => !isProof(proof)).map(({ file, title }) => `${id}: ${file} › ${title}`),
  )
  expect(missing).toEqual([])
})

test.each([
  "test('a thing holds', () => {})",
  "  test('a thing holds', async () => {})",
  'test.each([1, 2])(\n  "a thing holds",\n  () => {},\n)',
])('a test that runs is a proof: %s', (source) => {
  expect(proves(source, 'a thing holds')).toBe(true)
})

test.each([
  "test.skip('a thing holds', () => {})",
  "test.todo('a thing holds', () => {})",
  "test.fails('a thing holds', () => {})",
  "test.skip.each([1])('a thing holds', () => {})",
  "test.runIf(false)('a thing holds', () => {})",
  "describe.skip('things', () => {\n  test('a thing holds', () => {})\n})",
  "test('a thing holds', (context) => context.skip())",
  "test.only('another', () => {})\ntest('a thing holds', () => {})",
  "// test('a thing holds', () => {})",
  "expect('a thing holds', why)",
])('a test that does not run is no proof: %s', (source) => {
  expect(proves(source, 'a thing holds')).toBe(false)
})
