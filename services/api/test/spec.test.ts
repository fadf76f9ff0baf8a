import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const specification = readFileSync(
  new URL('../../../specs/006-task-crud-api/spec.md', import.meta.url),
  'utf8',
)

interface Requirement {
  id: string
  proofs: { file: string; title: string }[]
}

/** A requirement runs from its number to the next one, or to the next heading. */
function requirementsOf(markdown: string): Requirement[] {
  return [...markdown.matchAll(/^- \*\*(FR-\d+)\*\*(.*?)(?=^- \*\*|^#|(?![\s\S]))/gms)].map(
    ([, id = '', text = '']) => ({
      id,
      proofs: [...text.matchAll(/`(\S+\.test\.ts) › (.+?)`/g)].map(([, file = '', title = '']) => ({
        file,
        title,
      })),
    }),
  )
}

/** Whether a call in the file has the title as its first argument, in whatever quotes. */
function hasTest(file: string, title: string): boolean {
  const path = new URL(file, import.meta.url)
  if (!existsSync(path)) return false
  const escaped = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`\\(\\s*(['"\`])${escaped}\\1,`).test(readFileSync(path, 'utf8'))
}

const requirements = requirementsOf(specification)

test('the specification has its requirements numbered from one, each once', () => {
  const numbers = requirements.map(({ id }) => id)
  expect(numbers.length).toBeGreaterThanOrEqual(13)
  expect(numbers).toEqual(numbers.map((_, index) => `FR-${String(index + 1).padStart(3, '0')}`))
})

test('every requirement names a test', () => {
  expect(requirements.filter(({ proofs }) => proofs.length === 0).map(({ id }) => id)).toEqual([])
})

test('every test that a requirement names is there', () => {
  const missing = requirements.flatMap(({ id, proofs }) =>
    proofs
      .filter(({ file, title }) => !hasTest(file, title))
      .map(({ file, title }) => `${id}: ${file} › ${title}`),
  )
  expect(missing).toEqual([])
})
