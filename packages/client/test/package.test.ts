import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumArguments, findChromium } from '../../../services/api/test-live/support/chromium.ts'
import { sharedServer } from './shared-server.ts'

const run = promisify(execFile)
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const tsc = at('../../../node_modules/typescript/bin/tsc')

const server = sharedServer()
let project: string
let packed: string[]
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'tasklane-package-'))
  const pack = ['pack', '--json', '--pack-destination', project]
  const { stdout } = await run('npm', pack, { cwd: at('..') })
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf('[\n')))
  packed = files.map(({ path }: { path: string }) => path)
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${filename}`], {
    cwd: project,
  })
  for (const name of readdirSync(at('package'))) copyFileSync(at(`package/${name}`), join(project, name))
})
afterAll(() => {
  rmSync(project, { recursive: true, force: true })
})

/** What was built of each source, and nothing else. */
function expectedFiles(): string[] {
  const sources = readdirSync(at('../src'), { recursive: true, encoding: 'utf8' })
  const modules = sources.filter((name) => name.endsWith('.ts')).map((name) => name.slice(0, -'.ts'.length))
  const built = modules.flatMap((name) => [`dist/${name}.js`, `dist/${name}.d.ts`])
  return ['LICENSE', 'README.md', 'package.json', ...built]
}

const used = { titles: ['Buy bread', 'Buy milk'], code: 'validation_failed' }

test('the package has what was built, and nothing else', () => {
  expect(packed.toSorted()).toEqual(expectedFiles().toSorted())
})

test.each([
  [process.execPath, []] as const,
  ['npx', ['--yes', 'node@22']] as const,
  ['npx', ['--yes', 'node@24']] as const,
])('the installed package works in a fresh project under %s %o', async (command, args) => {
  const userId = randomUUID()
  const own = [...args, 'use.mjs', server.url, server.token(userId), userId]
  const { stdout } = await run(command, own, { cwd: project })
  expect(JSON.parse(stdout)).toEqual(used)
})

test.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('types are found with modules of %s that are resolved as by %s', async (module, moduleResolution) => {
  const folder = join(project, moduleResolution)
  mkdirSync(folder)
  copyFileSync(at('package/types.ts'), join(folder, 'types.ts'))
  const compilerOptions = {
    ...{ module, moduleResolution, target: 'es2022', lib: ['es2024', 'dom', 'dom.asynciterable'] },
    ...{ strict: true, noEmit: true, types: [], skipLibCheck: false },
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.ts'] }))
  const { stdout } = await run(process.execPath, [tsc, '-p', folder])
  expect(stdout).toBe('')
})

test('the installed package works in a browser through a bundler', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(project, 'use.mjs')],
    bundle: true,
    format: 'iife',
    globalName: 'tasklane',
    platform: 'browser',
    write: false,
    define: { process: 'undefined' },
  })
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments })
  try {
    const page = await browser.newPage({ bypassCSP: true })
    await page.goto(`${server.url}/livez`)
    await page.addScriptTag({ content: outputFiles[0]?.text ?? '' })
    const userId = randomUUID()
    const given = JSON.stringify({ baseUrl: server.url, token: server.token(userId), userId })
    expect(await page.evaluate(`tasklane.use(${given})`)).toEqual(used)
  } finally {
    await browser.close()
  }
})
