import { expect, test } from 'vitest'
import { AddressError, parseDatabaseUrl } from '../src/database/address.ts'

const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('')

test('a user and a password may have every ASCII character, escaped as in any address', () => {
  const escaped = encodeURIComponent(ascii)
  const inFront = parseDatabaseUrl(`postgres://${escaped}:${escaped}@host/${escaped}`)
  expect(inFront).toMatchObject({ user: ascii, password: ascii, database: ascii, host: 'host' })
  const inQuery = parseDatabaseUrl(`postgresql://host?user=${escaped}&password=${escaped}&dbname=${escaped}`)
  expect(inQuery).toMatchObject({ user: ascii, password: ascii, database: ascii, host: 'host' })
})

test('a password may have unescaped what leaves no doubt', () => {
  const plain = [...ascii].filter((character) => !'/?#%'.includes(character)).join('')
  expect(parseDatabaseUrl(`postgres://user:${plain}@host:6543/tasks`)).toMatchObject({
    user: 'user',
    password: plain,
    host: 'host',
    port: 6543,
    database: 'tasks',
  })
})

test.each([
  ['/', '%2F'],
  ['#', '%23'],
  ['?', '%3F'],
  ['%', '%25'],
])(
  'a %s in a password that is not escaped gets a hint to write %s, and is not repeated',
  (character, written) => {
    const url = `postgres://user:hunter${character}zwei@host:5432/tasks`
    const parse = () => parseDatabaseUrl(url)
    expect(parse).toThrow(AddressError)
    expect(parse).toThrow(`${character} in a password or name is written ${written}`)
    expect(parse).not.toThrow(/hunter|zwei/)
  },
)

test.each([
  [
    'postgres://user:pw@/tasks?host=/var/run/postgresql',
    { host: '/var/run/postgresql', user: 'user', password: 'pw' },
  ],
  ['postgres://%2Fvar%2Frun%2Fpostgresql/tasks', { host: '/var/run/postgresql', database: 'tasks' }],
  ['postgres:///tasks?host=/tmp&port=5433', { host: '/tmp', port: 5433, user: undefined }],
  ['postgres://user@[2001:db8::1]:5433/tasks', { host: '2001:db8::1', port: 5433 }],
  ['postgres://[::1]', { host: '::1', port: undefined, database: undefined }],
  ['postgresql://', { host: undefined, database: undefined, sslMode: 'allow' }],
  ['postgres://a:b@host/d?sslmode=require', { sslMode: 'require' }],
  ['postgres://a:b@host/d?sslmode=require&channel_binding=require', { sslMode: 'require' }],
  [
    'postgres://a:b@host/d?sslmode=require&sslrootcert=/ca.pem',
    { sslMode: 'verify-ca', files: { sslrootcert: '/ca.pem' } },
  ],
  ['postgres://a:b@host/d?sslmode=verify-full&sslrootcert=system', { sslMode: 'verify-full' }],
  ['postgres://a:b@host/d?ssl=true', { sslMode: 'verify-full' }],
  ['postgres://a:b@host/d?sslmode=no-verify', { sslMode: 'require' }],
  ['postgres://a:b@host/d?sslnegotiation=direct&sslmode=require', { directTls: true }],
  [
    'postgres://a:b@host/d?options=-c%20statement_timeout%3D5s',
    { session: { options: '-c statement_timeout=5s' } },
  ],
  ['postgres://a:b@host/d?pgbouncer=true&schema=public&connect_timeout=10', { database: 'd', session: {} }],
])('%s is read as libpq reads it', (url, expected) => {
  expect(parseDatabaseUrl(url)).toMatchObject(expected)
})

test.each([
  ['mysql://host/tasks', 'must be a PostgreSQL address'],
  ['host=127.0.0.1 dbname=tasks', 'must be a PostgreSQL address'],
  ['postgres://host:port/tasks', 'the port is an integer'],
  ['postgres://host:65536/tasks', 'the port is an integer'],
  ['postgres://2001:db8::1/tasks', 'brackets'],
  ['postgres://a,b/tasks', 'one host'],
  ['postgres://host/tasks?sslmode=on', 'none of disable, allow'],
  ['postgres://host/tasks?sslmode=verify-ca', 'sslrootcert'],
  ['postgres://host/tasks?sslmode=require&sslrootcert=system', 'verify-full'],
])('%s is refused with what to write', (url, words) => {
  expect(() => parseDatabaseUrl(url)).toThrow(AddressError)
  expect(() => parseDatabaseUrl(url)).toThrow(words)
})
