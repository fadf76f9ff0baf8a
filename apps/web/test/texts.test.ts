import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { en } from '../src/texts/en.ts'

const folder = join(import.meta.dirname, '../src')
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('texts'))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n')

/** Where a text is found: by its name, or by a name that is looked up, such as a priority's. */
function isUsed(name: string, group: string): boolean {
  const forms = [
    `\\b(?:${group}|words)\\.${name}\\b`,
    `\\{[^{}]*\\b${name}\\b[^{}]*\\} = texts`,
    `\\b${group}\\[(?!\\])`,
    `\\bin ${group}\\b`,
  ]
  return forms.some((form) => new RegExp(form).test(sources))
}

function unused(texts: object, group: string): string[] {
  return Object.entries(texts).flatMap(([name, text]) => {
    if (typeof text === 'object' && text !== null && !Array.isArray(text)) return unused(text, name)
    return isUsed(name, group) ? [] : `${group}.${name}`
  })
}

test('each text of the interface is used somewhere', () => {
  expect(unused(en, 'texts')).toEqual([])
})
