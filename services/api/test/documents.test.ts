import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { problemKinds } from '../src/http/contract/problem.ts'
import { configurationNames } from './support/configuration.ts'

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

  test('names what is there, each once', () => {
    expect(paths.length).toBeGreaterThan(15)
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([])
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

describe('the reference', () => {
  test('has exactly the variables that the service reads, and HOST among them', () => {
    const documented = read('docs/configuration.md').matchAll(/^\| `([A-Z_]+)` \|/gm)
    const names = [...documented].map(([, name]) => name)
    expect(names).toContain('HOST')
    expect(names.toSorted()).toEqual([...configurationNames].toSorted())
  })

  test('has every error code with its status', () => {
    const rows = [...read('docs/errors.md').matchAll(/^\| (\d{3})[\d, ]* \| `(\w+)` \|/gm)]
    const documented = new Map(rows.toReversed().map(([, status, code]) => [code, Number(status)]))
    const served = Object.entries(problemKinds).map(([code, { status }]) => [code, status] as const)
    expect(documented).toEqual(new Map(served))
  })
})

const testFiles = readdirSync(new URL('.', import.meta.url))

describe.each(markdownIn(''))('%s', (document) => {
  const text = read(document)

  test('links to files and headings that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)/g)]
    const dead = links.filter(([, path = '', heading]) => {
      const target = path === '' ? document : posix.join(posix.dirname(document), path)
      return !existsSync(root + target) || (heading !== undefined && !headingsOf(target).has(heading))
    })
    expect(dead.map(([link]) => link)).toEqual([])
  })

  test('names npm scripts and tests that are there', () => {
    const { scripts } = JSON.parse(read('package.json'))
    const commands = [...text.matchAll(/npm run ([a-z][\w:-]*)/g)].map(([, command = '']) => command)
    expect(commands.filter((command) => !(command in scripts))).toEqual([])
    const tests = [...text.matchAll(/`test\/([\w*-]+\.test\.ts)`/g)].map(([, name = '']) => name)
    expect(
      tests.filter(
        (name) => !testFiles.some((file) => new RegExp(`^${name.replaceAll('*', '.*')}$`).test(file)),
      ),
    ).toEqual([])
  })
})

/** All documents below a folder, without those of packages and of builds. */
function markdownIn(folder: string): string[] {
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) {
      return /^(\..*|node_modules|dist|data|peers)$/.test(entry.name)
        ? []
        : markdownIn(`${folder}${entry.name}/`)
    }
    return entry.name.endsWith('.md') ? [folder + entry.name] : []
  })
}

/** The anchors of a document's headings, as GitHub makes them. */
function headingsOf(document: string): Set<string> {
  const headings = [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  )
}
