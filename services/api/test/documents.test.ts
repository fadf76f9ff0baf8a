import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8')

describe('a decision', () => {
  const folder = 'docs/decisions/'
  const pages = readdirSync(root + folder)
    .filter((name) => /^\d{3}-/.test(name))
    .map((name) => ({ name, text: read(folder + name) }))

  test('says when it was taken, and whether it stands', () => {
    const status =
      /^\*\*Date\.\*\* \d{4}-\d\d-\d\d · \*\*Status\.\*\* (Accepted|Superseded by \[\d+\]\(\d{3}-[\w-]+\.md\))/m
    expect(pages.length).toBeGreaterThan(15)
    expect(pages.filter(({ text }) => !status.test(text)).map(({ name }) => name)).toEqual([])
  })

  test('stands in the index by its number and title', () => {
    const index = read(`${folder}README.md`)
    const titleOf = (text: string) => /^# \d+\. (.*)/.exec(text)?.[1]
    const lines = pages.map(({ name, text }) => `${Number(name.slice(0, 3))}. [${titleOf(text)}](${name})`)
    expect(index.match(/^\d+\. \[.*$/gm)).toEqual(lines)
  })

  test('that is superseded is named by the one that supersedes it', () => {
    const superseded = pages.flatMap(({ name, text }) => {
      const later = /Superseded by \[\d+\]\((.*?)\)/.exec(text)?.[1]
      return later === undefined ? [] : [{ name, later }]
    })
    expect(superseded.length).toBeGreaterThan(0)
    for (const { name, later } of superseded) {
      expect(read(folder + later), later).toMatch(new RegExp(`\\*\\*Supersedes\\.\\*\\*.*\\(${name}\\)`))
    }
  })
})

describe('the map in CONTRIBUTING.md', () => {
  const map = /^## Layout\n\n((?: {4}.*\n)+)/m.exec(read('CONTRIBUTING.md'))?.[1] ?? ''
  const paths = [...map.matchAll(/^ {4}(\S+)/gm)].map(([, path = '']) => path)

  test('names what is there', () => {
    expect(paths.length).toBeGreaterThan(15)
    expect(paths.filter((path) => !existsSync(root + path))).toEqual([])
  })

  test.each(['', 'services/api/', 'services/api/src/', 'packages/', 'scripts/'])(
    'leaves out nothing of %s',
    (parent) => {
      const isPart = (name: string) =>
        !/^(\..*|node_modules|dist|data|package.*|tsconfig.*|vitest.*)$/.test(name)
      const entries = readdirSync(root + parent, { withFileTypes: true })
        .filter((entry) => isPart(entry.name) && (entry.isDirectory() || (parent !== '' && entry.isFile())))
        .map((entry) => `${parent}${entry.name}${entry.isDirectory() ? '/' : ''}`)
      expect(entries.filter((entry) => !paths.some((path) => path.startsWith(entry)))).toEqual([])
    },
  )
})
