import { fileURLToPath } from 'node:url'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/*
 * Every suite of the repository, by name: `npm test -- --project walls`. `npm test` alone is the project `embedded`.
 */

const at = (folder: string) => fileURLToPath(new URL(folder, import.meta.url))

/**
 * Each of these starts the built service a dozen times, or opens as many databases; with them `npm test` would take longer
 * than a person waits.
 */
const processes = [
  'backup',
  'command-line',
  'import-killed',
  'lost-secret',
  'process',
  'unread-log',
  'upgrades/backups',
  'upgrades/upgrades',
  'user-commands',
].map((name) => `test/${name}.test.ts`)
const firstStart = 'test/embedded/first-start.test.ts'
/** It takes as long as twenty other files, and a newer server has more settings: CI runs it on the newest alone. */
const settings = 'test/postgres/settings.test.ts'

/** These use no database, or never more than its start: they run with the embedded engine alone. */
const withoutDatabase = [
  'arrival config database-address documents imports key-set migrations-lock position recurrence-library',
  'recurrence-rules recurrence-work spec spool statements token-providers command-line unread-log',
].flatMap((names) => names.split(' ').map((name) => `test/${name}.test.ts`))

/** These are about what comes before and after all that an engine does: they run with the embedded engine alone. */
const aroundDatabase = [
  'compression connect-method cors cross-site deployment forged-tokens forwarded framing hashing issuer-keys',
  'malformed-requests malformed-tokens messages methods openapi openapi-examples openapi-schemas outside-issuer',
  'parameters process rate-limit refusal-reasons response-headers slow-clients strange-bodies strange-claims urls',
  'weak-keys web-hygiene',
].flatMap((names) => names.split(' ').map((name) => `test/${name}.test.ts`))

/** These end a test that hangs. They judge nothing: on a busy machine a test takes twenty times as long. */
const patience = { testTimeout: 600_000, hookTimeout: 600_000, expect: { poll: { timeout: 300_000 } } }

/** Short files that take long. By their size they would come last, and leave a core idle in the end. */
const slow = [
  'isolation',
  'model',
  'concurrency',
  'sync-many-streams',
  'postgres/backup-many',
  'postgres/standstill',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isSlow = ({ moduleId }: TestSpecification) =>
      slow.some((name) => moduleId.endsWith(`test/${name}.test.ts`))
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))]
  }
}

interface Choice {
  name: string
  engine: 'embedded' | 'postgres' | 'citus'
  include: string[]
  exclude?: string[]
}

/** Tests of the service on an engine. */
function service({ name, engine, include, exclude = [] }: Choice): TestProjectInlineConfiguration {
  return {
    root: at('services/api'),
    test: {
      name,
      include,
      exclude,
      globalSetup: ['test/support/build.ts', `test/support/${engine}.ts`],
      pool: 'forks',
      // One more than the machines that this runs on have cores: some tests wait most of their time.
      maxWorkers: 3,
      // Files share a process, and what was loaded and compiled there once: a third less time. No test may rely on a
      // module that is new to it.
      isolate: false,
      ...patience,
    },
  }
}

/** The suite on one engine. What is about one engine alone runs with that engine alone. */
export const suites = {
  embedded: service({
    name: 'embedded',
    engine: 'embedded',
    include: ['test/**/*.test.ts'],
    exclude: ['test/postgres/**', firstStart, ...processes],
  }),
  processes: service({ name: 'processes', engine: 'embedded', include: [firstStart, ...processes] }),
  postgres: service({
    name: 'postgres',
    engine: 'postgres',
    include: ['test/**/*.test.ts'],
    exclude: ['test/embedded/**', settings, ...withoutDatabase, ...aroundDatabase],
  }),
  settings: service({ name: 'settings', engine: 'postgres', include: [settings] }),
  citus: service({
    name: 'citus',
    engine: 'citus',
    include: ['test/**/*.test.ts'],
    // What is about one server alone, and the plans that one server makes.
    exclude: [
      'test/embedded/**',
      'test/postgres/**',
      'test/upgrades/**',
      'test/plans.test.ts',
      ...processes,
      ...withoutDatabase,
      ...aroundDatabase,
    ],
  }),
}

/** Long runs, one file each. */
function long(name: string, engine: Choice['engine'], file: string): TestProjectInlineConfiguration {
  const test = {
    ...patience,
    name,
    include: [file],
    globalSetup: [`test/support/${engine}.ts`],
    pool: 'forks' as const,
    testTimeout: 30 * 60_000,
    disableConsoleIntercept: true,
  }
  return { root: at('services/api'), test }
}

/** Faults of the process, the database, the disk and the clients, on the built service; one table in the end. */
const faults: TestProjectInlineConfiguration = {
  root: at('services/api'),
  test: {
    ...patience,
    name: 'faults',
    include: ['test-faults/*.test.ts'],
    globalSetup: ['test/support/build.ts', 'test/support/embedded.ts', 'test-faults/support/table.ts'],
    pool: 'forks',
    // Each waits for much. In the long form their times count, so that none may disturb another.
    maxWorkers: process.env.FAULTS_LONG === undefined ? 2 : 1,
    isolate: false,
    testTimeout: 30 * 60_000,
    hookTimeout: 10 * 60_000,
  },
}

/** Tests of the built service as a person meets it: `npm start`, a shell, a browser, a proxy, an image. */
function live(name: string, ...files: string[]): TestProjectInlineConfiguration {
  return {
    root: at('services/api/test-live'),
    test: {
      ...patience,
      name,
      include: (files.length === 0 ? [name] : files).map((file) => `${file}*.test.ts`),
      pool: 'forks',
      fileParallelism: false,
      // What they load takes as long as what they try; it is loaded once.
      isolate: false,
    },
  }
}

/** What stands between a client, the service and its database. */
const between = ['pooler', 'proxies', 'scaling']

/** The client on the built service. */
export const client: TestProjectInlineConfiguration = {
  root: at('packages/client'),
  test: {
    ...patience,
    name: 'client',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup.ts'],
    // The test of convergence takes as long as all others together.
    maxWorkers: 2,
  },
}

/** The web app: its model and view-model in Node, and all of it in Chromium, each on the service. */
export const web: Record<'model' | 'browser', TestProjectInlineConfiguration> = {
  model: {
    root: at('apps/web'),
    resolve: {
      alias: [
        { find: '@tasklane/client/replica', replacement: at('packages/client/src/replica/index.ts') },
        { find: '@tasklane/client', replacement: at('packages/client/src/index.ts') },
      ],
    },
    test: {
      ...patience,
      name: 'web',
      include: ['test/**/*.test.ts'],
      exclude: ['test/browser/**'],
      globalSetup: ['test/support/build.ts'],
    },
  },
  browser: {
    root: at('apps/web'),
    test: {
      ...patience,
      name: 'web-browser',
      include: ['test/browser/**/*.test.ts'],
      globalSetup: ['test/browser/support/service.ts'],
      pool: 'forks',
      fileParallelism: false,
      // Files share a process, and the browser in it.
      isolate: false,
    },
  },
}

export default defineConfig(({ mode }) => {
  const projects = [
    ...Object.values(suites),
    client,
    ...Object.values(web),
    // Always on PostgreSQL, where waiting for another's row can be seen.
    long('walls', 'postgres', 'test/walls/walls.run.ts'),
    long('fuzz', mode === 'postgres' ? 'postgres' : 'embedded', 'test-fuzz/fuzz.test.ts'),
    faults,
    ...['browser', 'deploy', 'readme', ...between].map((name) => live(name)),
    live('between', ...between),
  ]
  // One after another, where more than one is asked for: they differ in how many workers they take.
  const inOrder = (project: TestProjectInlineConfiguration, groupOrder: number) => ({
    ...project,
    test: { ...project.test, sequence: { groupOrder } },
  })
  return { test: { projects: projects.map(inOrder), sequence: { sequencer: LongestFirst } } }
})
