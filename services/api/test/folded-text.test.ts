import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { foldedText } from '../src/tasks/folded-text.ts'
import { createTestDatabase, type TestDatabase } from './support/database.ts'

/** A second on a quiet machine. */
const TIMEOUT_MILLISECONDS = 300_000

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await database.database.close()
  await database.drop()
})

/** Letter by letter, so that none depends on its neighbours. */
const upper = (text: string) => [...text].map((letter) => letter.toUpperCase()).join('')
const lower = (text: string) => [...text].map((letter) => letter.toLowerCase()).join('')

/** What search promises, in JavaScript: the compatibility form without its case, and İ without its dot. */
function folded(text: string): string {
  return upper(lower(text.normalize('NFKC')))
    .normalize('NFKC')
    .replaceAll('İ', 'I')
}

/** Unicode 14 and later gave these a form or a case; PostgreSQL 14 knows Unicode 13. */
const later =
  /[\u1c89\u1c8a\u2c2f\u2c5f\ua7c0\ua7c1\ua7cb-\ua7dc\ua7f1-\ua7f4\u{10570}-\u{107ba}\u{10d50}-\u{10d8f}\u{11380}-\u{113ff}\u{16100}-\u{1613f}\u{16d40}-\u{16d7f}\u{16ea0}-\u{16edf}\u{1ccd6}-\u{1ccf9}\u{1df00}-\u{1e08f}]/u

const forms = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const
function variantsOf(text: string): string[] {
  const cases = [text, text.toLowerCase(), text.toUpperCase(), lower(text.toUpperCase())]
  return cases.flatMap((variant) => [variant, ...forms.map((form) => variant.normalize(form))])
}

function isAlwaysItself(text: string): boolean {
  return [text.normalize('NFKD'), text.toLowerCase(), text.toUpperCase()].every((variant) => variant === text)
}

async function inDatabase(texts: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await database.database.pool.query<{ text: string; folded: string }>(
    `select text, ${foldedText('text')} as folded from unnest($1::text[]) as text`,
    [texts],
  )
  return new Map(rows.map((row) => [row.text, row.folded]))
}

test(
  'what JavaScript folds to the same, the database does, for every character in every form and case',
  async () => {
    const texts = new Set<string>()
    for (let code = 1; code <= 0x10ffff; code += 1) {
      const character = String.fromCodePoint(code)
      if (!character.isWellFormed() || later.test(character) || isAlwaysItself(character)) continue
      for (const variant of variantsOf(character)) if (!later.test(variant)) texts.add(variant)
    }
    expect(texts.size).toBeGreaterThan(20_000)
    const told = await inDatabase([...texts])
    const byFold = new Map<string, Set<string>>()
    for (const text of texts) {
      const key = folded(text)
      byFold.set(key, (byFold.get(key) ?? new Set()).add(told.get(text) ?? 'not told'))
    }
    const split = [...byFold].filter(([, values]) => values.size > 1)
    expect(split.map(([key, values]) => [key, ...values])).toEqual([])
  },
  TIMEOUT_MILLISECONDS,
)

/** Of what readers take for one character, in scripts that have cases, forms or both. */
const grapheme = fc.oneof(
  fc.constantFrom(...'abIiıİßſẞΣσςΐᾳéộǄǆﬃ한국ガｶ％_\\５½ꭰᎠკᲙ 😀'),
  fc.constantFrom('i\u0307', 'e\u0301', 'ộ'.normalize('NFD'), '한'.normalize('NFD'), 'ｶﾞ', '👨\u200d👩'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
)

test(
  'any run of characters of a text is found in it, whatever the form and the case of either',
  async () => {
    const form = fc.constantFrom(
      ...forms.flatMap((name) =>
        [(text: string) => text, (text: string) => text.toUpperCase(), lower].map(
          (cased) => (text: string) => cased(text).normalize(name),
        ),
      ),
    )
    const parts = fc.tuple(
      fc.array(grapheme),
      fc.array(grapheme, { minLength: 1 }),
      fc.array(grapheme),
      form,
      form,
    )
    const samples = fc
      .sample(parts, 3_000)
      .map(([before, within, after, formOf, wantedFormOf]) => {
        const text = [before, within, after].map((run) => run.join('')).join('')
        return { text: formOf(text), wanted: wantedFormOf(within.join('')) }
      })
      .filter(({ text, wanted }) => !later.test(text + wanted))
    const told = await inDatabase([...new Set(samples.flatMap(({ text, wanted }) => [text, wanted]))])
    const found = samples.filter(({ text, wanted }) => folded(text).includes(folded(wanted)))
    expect(found.length).toBeGreaterThan(1_500)
    expect(
      found.filter(({ text, wanted }) => !told.get(text)?.includes(told.get(wanted) ?? 'not told')),
    ).toEqual([])
  },
  TIMEOUT_MILLISECONDS,
)
