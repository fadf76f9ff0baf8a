import { expect, test } from 'vitest'
import { ConfigError, loadConfig } from '../src/config.ts'

const secret = 'thirty-two bytes of secret or so'

function problemsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1)
    throw error
  }
  return []
}

test('nothing needs to be configured', () => {
  expect(loadConfig({})).toEqual({
    host: '127.0.0.1',
    port: 3000,
    dataDir: './data',
    databaseUrl: undefined,
    databasePoolSize: 10,
    databasePrepare: true,
    tokens: { kind: 'built-in' },
    authSecret: undefined,
    corsOrigins: [],
    trustProxy: [],
    rateLimitPerMinute: 6000,
    logLevel: 'info',
    metricsPort: undefined,
    trashRetentionDays: 30,
    maxTasksPerUser: 100_000,
    signUp: true,
    workers: 1,
  })
})

test('every variable is read', () => {
  const config = loadConfig({
    HOST: '0.0.0.0',
    PORT: '0',
    DATA_DIR: '/srv/tasklane',
    DATABASE_URL: 'postgres://user:p%40ss@db.example:5432/tasks?sslmode=require',
    DATABASE_POOL_SIZE: '4',
    DATABASE_PREPARE: 'off',
    JWT_SECRET: secret,
    JWT_ISSUER: 'https://issuer.example/',
    JWT_AUDIENCE: 'tasks',
    AUTH_SECRET: `${secret}!`,
    CORS_ORIGINS: 'https://a.example, http://localhost:5173 ,',
    TRUST_PROXY: 'loopback, 10.0.0.0/8, 2001:db8::/32, 192.0.2.1',
    RATE_LIMIT_PER_MINUTE: '0',
    LOG_LEVEL: 'silent',
    METRICS_PORT: '9090',
    TRASH_RETENTION_DAYS: '1',
    MAX_TASKS_PER_USER: '0',
    SIGN_UP: 'off',
    WORKERS: '3',
  })
  expect(config).toEqual({
    host: '0.0.0.0',
    port: 0,
    dataDir: '/srv/tasklane',
    databaseUrl: 'postgres://user:p%40ss@db.example:5432/tasks?sslmode=require',
    databasePoolSize: 4,
    databasePrepare: false,
    tokens: {
      kind: 'secret',
      secret: new TextEncoder().encode(secret),
      issuer: 'https://issuer.example/',
      audience: 'tasks',
    },
    authSecret: `${secret}!`,
    corsOrigins: ['https://a.example', 'http://localhost:5173'],
    trustProxy: ['loopback', '10.0.0.0/8', '2001:db8::/32', '192.0.2.1'],
    rateLimitPerMinute: 0,
    logLevel: 'silent',
    metricsPort: 9090,
    trashRetentionDays: 1,
    maxTasksPerUser: 0,
    signUp: false,
    workers: 3,
  })
})

test('an empty value counts as unset', () => {
  const names = ['HOST', 'PORT', 'DATABASE_URL', 'JWT_SECRET', 'JWT_JWKS_URL', 'TRUST_PROXY', 'METRICS_PORT']
  const blank = Object.fromEntries(names.map((name) => [name, ' ']))
  expect(loadConfig(blank)).toEqual(loadConfig({}))
})

test('white space around a secret is part of it', () => {
  const padded = ` ${secret}\n`
  expect(loadConfig({ JWT_SECRET: padded, AUTH_SECRET: padded })).toMatchObject({
    tokens: { secret: new TextEncoder().encode(padded) },
    authSecret: padded,
  })
})

const faults: [name: string, value: string][] = [
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PORT', '1e3'],
  ['PORT', '0x50'],
  ['PORT', 'http'],
  ['DATABASE_POOL_SIZE', '3'],
  ['DATABASE_POOL_SIZE', '1001'],
  ['DATABASE_PREPARE', 'yes'],
  ['DATABASE_URL', 'mysql://localhost/tasks'],
  ['DATABASE_URL', 'localhost:5432/tasks'],
  ['DATABASE_URL', 'postgres://user:100%@localhost/tasks'],
  ['JWT_SECRET', 'too short'],
  ['JWT_SECRET', 'x'.repeat(31)],
  ['JWT_SECRET', 'é'.repeat(15)],
  ['AUTH_SECRET', 'x'.repeat(31)],
  ['JWT_JWKS_URL', 'ftp://issuer.example/jwks.json'],
  ['JWT_JWKS_URL', '/jwks.json'],
  ['JWT_ISSUER', 'https://issuer.example/'],
  ['JWT_AUDIENCE', 'tasks'],
  ['CORS_ORIGINS', '*'],
  ['CORS_ORIGINS', 'https://a.example/'],
  ['CORS_ORIGINS', 'a.example'],
  ['TRUST_PROXY', 'true'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['TRUST_PROXY', '10.0.0.0/8/8'],
  ['TRUST_PROXY', 'proxy.example'],
  ['RATE_LIMIT_PER_MINUTE', '-1'],
  ['RATE_LIMIT_PER_MINUTE', 'off'],
  ['MAX_TASKS_PER_USER', '-1'],
  ['SIGN_UP', 'no'],
  ['LOG_LEVEL', 'verbose'],
  ['METRICS_PORT', '0'],
  ['TRASH_RETENTION_DAYS', '0'],
  ['WORKERS', '0'],
]

test.each(faults)('%s may not be %s', (name, value) => {
  expect(problemsOf({ [name]: value }).join('\n')).toContain(name)
})

test('all faults are told at once, each by the name of its variable', () => {
  const env = {
    PORT: 'x',
    DATABASE_URL: 'x',
    DATABASE_POOL_SIZE: 'x',
    DATABASE_PREPARE: 'x',
    JWT_SECRET: 'x',
    AUTH_SECRET: 'x',
    CORS_ORIGINS: 'x',
    TRUST_PROXY: 'x',
    RATE_LIMIT_PER_MINUTE: 'x',
    LOG_LEVEL: 'x',
    METRICS_PORT: 'x',
    TRASH_RETENTION_DAYS: 'x',
    WORKERS: 'x',
  }
  const problems = problemsOf(env)
  expect(problems).toHaveLength(Object.keys(env).length)
  for (const name of Object.keys(env)) expect(problems.join('\n')).toContain(`- ${name} `)
})

test.each([
  'https://a.example',
  'http://a.example:8080',
  'http://localhost',
  'http://[::1]:5173',
  'http://tauri.localhost',
  'https://xn--bcher-kva.example',
  'capacitor://localhost',
  'ionic://localhost',
  'tauri://localhost',
  'app://obsidian.md',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  'moz-extension://0f3c1a2b-1111-4222-8333-444455556666',
  'safari-web-extension://0F3C1A2B-1111-4222-8333-444455556666',
])('CORS_ORIGINS may hold %s', (origin) => {
  expect(loadConfig({ CORS_ORIGINS: origin }).corsOrigins).toEqual([origin])
})

test.each([
  ['https://a.example/', 'write https://a.example'],
  ['https://a.example/app?x#y', 'write https://a.example'],
  ['HTTPS://A.Example', 'write https://a.example'],
  ['https://a.example:443', 'write https://a.example'],
  ['https://user:word@a.example', 'write https://a.example'],
  ['https://bücher.example', 'write https://xn--bcher-kva.example'],
  ['a.example', 'write https://a.example'],
  ['a.example:8443/x', 'write https://a.example:8443'],
  ['localhost:5173', 'write http://localhost:5173'],
  ['wss://a.example', 'write https://a.example'],
  ['ws://localhost:5173', 'write http://localhost:5173'],
  ['capacitor://localhost/', 'write capacitor://localhost'],
  ['Capacitor://localhost', 'write capacitor://localhost'],
  ['capacitor://', 'such as https://app.example.com'],
  ['file:///home/me/index.html', 'such as https://app.example.com'],
  ['https://a.example https://b.example', 'separated by commas'],
  ['*', 'must name each origin in full, such as https://app.example.com'],
  ['https://*.example.com', 'must name each origin in full, such as https://app.example.com'],
  ['chrome-extension://*', 'must name each origin in full'],
  ['null', 'any sandboxed page of anyone sends it'],
])('CORS_ORIGINS says what to write instead of %s', (origin, advice) => {
  const problems = problemsOf({ CORS_ORIGINS: origin })
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(/^ *- CORS_ORIGINS m(ust|ay not) /)
  expect(problems[0]).toContain(advice)
})

test('two sources of tokens at once are refused, along with what is wrong with each', () => {
  const both = { JWT_JWKS_URL: 'https://issuer.example/jwks.json', JWT_SECRET: 'short' }
  const problems = problemsOf(both).join('\n')
  expect(problems).toContain('JWT_JWKS_URL and JWT_SECRET exclude each other')
  for (const name of ['JWT_SECRET must be at least', 'JWT_ISSUER must be set', 'JWT_AUDIENCE must be set']) {
    expect(problems).toContain(name)
  }
  expect(problemsOf({ ...both, JWT_SECRET: '' })).toHaveLength(2)
})

test('in production on a shared database the secret must be given, unless the issuer is another', () => {
  const shared = { NODE_ENV: 'production', DATABASE_URL: 'postgres://localhost/tasks' }
  expect(problemsOf(shared).join()).toContain('AUTH_SECRET must be set')
  expect(problemsOf({ ...shared, AUTH_SECRET: secret })).toEqual([])
  expect(problemsOf({ ...shared, JWT_SECRET: secret })).toEqual([])
  expect(problemsOf({ ...shared, NODE_ENV: 'development' })).toEqual([])
})

test('no secret is repeated in a message', () => {
  const env = {
    DATABASE_URL: 'postgre://user:hunter2@localhost/tasks',
    JWT_SECRET: 'hunter2',
    AUTH_SECRET: 'hunter2',
    JWT_JWKS_URL: 'https://user:hunter2@issuer.example/jwks.json',
    PORT: 'x',
  }
  const problems = problemsOf(env)
  expect(problems.join('\n')).not.toContain('hunter2')
  // They were all looked at.
  for (const name of Object.keys(env)) expect(problems.join('\n')).toContain(name)
})

test('several workers need a database that several processes can use', () => {
  expect(problemsOf({ WORKERS: '2' }).join()).toContain('WORKERS needs DATABASE_URL')
  expect(problemsOf({ WORKERS: 'auto', DATABASE_URL: 'postgres://localhost/tasks' })).toEqual([])
})
