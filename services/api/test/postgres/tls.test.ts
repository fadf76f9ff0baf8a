import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/database/open.ts'
import { apiFolder } from '../support/build.ts'
import { type Cluster, startCluster, unprivilegedAccount } from '../support/cluster.ts'
import { silentLog } from '../support/log.ts'
import { queryAt } from '../support/postgres.ts'

const PASSWORD = ` !"#$%&'()*+,-./0189:;<=>?@AZ[\\]^_\`az{|}~`

let folder: string
let cluster: Cluster
let port: string

/** A server that speaks TLS, with a certificate for `localhost` that its own authority signed. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tasklane-tls-'))
  authority('ca')
  authority('other')
  openssl('req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost')
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost')
  openssl('x509 -req -in server.csr -CA ca.pem -CAkey ca.key -days 2 -extfile names -out server.pem')
  writeFileSync(
    join(folder, 'hba'),
    `local all postgres trust
host all postgres 127.0.0.1/32 trust
local all all scram-sha-256
hostssl encrypted all 127.0.0.1/32 scram-sha-256
hostnossl plain all 127.0.0.1/32 scram-sha-256
host either all 127.0.0.1/32 scram-sha-256
`,
  )
  giveToServer()
  const file = (name: string) => join(folder, name)
  cluster = await startCluster([
    'fsync=off',
    'ssl=on',
    `ssl_cert_file=${file('server.pem')}`,
    `ssl_key_file=${file('server.key')}`,
    `hba_file=${file('hba')}`,
    `unix_socket_directories=${folder}`,
  ])
  port = new URL(cluster.url).port
  await queryAt(cluster.url, `create role "us/er" login password '${PASSWORD.replaceAll("'", "''")}'`)
  for (const name of ['encrypted', 'plain', 'either']) await queryAt(cluster.url, `create database ${name}`)
})

afterAll(async () => {
  await cluster.stop()
  rmSync(folder, { recursive: true })
})

const addresses = [
  ...readFileSync(join(apiFolder, '../../docs/postgresql.md'), 'utf8').matchAll(/^\| `(\S+)` \| (.+) \|$/gm),
].map(([, address = '', connection = '']) => ({ address, connection }))

test('the document has the addresses that are tried here', () => {
  expect(addresses.length).toBeGreaterThanOrEqual(11)
})

test.each(addresses)('$address is what the document says', async ({ address, connection }) => {
  const url = address.startsWith('postgres://user:password@host:5432/database?sslmode=verify-full')
    ? address.replace('/path/ca.pem', join(folder, 'ca.pem'))
    : address.replace('@host', '@127.0.0.1').replace('/path/ca.pem', join(folder, 'ca.pem'))
  const isSocket = connection.startsWith('Unix socket')
  const [first, fallback] = connection.startsWith('plain') ? ['plain', 'encrypted'] : ['encrypted', 'plain']
  if (address.endsWith('sslmode=verify-full')) {
    // No public authority signed this server's certificate.
    await expect(encryption(url, 'either')).rejects.toThrow(/certificate.*sslrootcert/s)
    return
  }
  expect(await encryption(url, 'either')).toBe(isSocket ? 'plain' : first)
  if (isSocket) return
  const other = fallback === 'plain' ? 'plain' : 'encrypted'
  if (connection.includes('where the server')) expect(await encryption(url, other)).toBe(fallback)
  else await expect(encryption(url, other)).rejects.toThrow('Cannot use the database at DATABASE_URL')
})

test.each([
  ['sslmode=require&sslrootcert=/path/other.pem', 'localhost', 'certificate'],
  ['sslmode=verify-ca&sslrootcert=/path/other.pem', 'localhost', 'certificate'],
  ['sslmode=verify-full&sslrootcert=/path/other.pem', 'localhost', 'certificate'],
  ['sslmode=verify-full&sslrootcert=/path/ca.pem', '127.0.0.1', "IP: 127.0.0.1 is not in the cert's list"],
  ['sslmode=verify-full&sslrootcert=/path/none.pem', 'localhost', 'Cannot read the file that sslrootcert'],
])('%s to %s is refused, since the certificate does not prove the server', async (mode, host, words) => {
  const url = `postgres://user:password@${host}:5432/database?${mode.replace('/path', folder)}`
  await expect(encryption(url, 'either')).rejects.toThrow(words)
})

test('the driver warns of nothing, whatever the sslmode', async () => {
  const warnings: Error[] = []
  const note = (warning: Error) => warnings.push(warning)
  process.on('warning', note)
  for (const mode of ['disable', 'allow', 'prefer', 'require', `verify-full&sslrootcert=${folder}/ca.pem`]) {
    await encryption(`postgres://user:password@host:5432/database?sslmode=${mode}`, 'either')
  }
  process.off('warning', note)
  expect(warnings).toEqual([])
})

/** Opens the database as the service does, and asks the server how it sees the connection. */
async function encryption(url: string, database: string): Promise<string> {
  const opened = await openDatabase(loadConfig({ DATABASE_URL: filled(url, database) }), silentLog)
  try {
    const { rows } = await opened.pool.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
    return rows[0]?.ssl === true ? 'encrypted' : 'plain'
  } finally {
    await opened.close()
  }
}

function filled(url: string, database: string): string {
  return url
    .replace('user:password', `us%2Fer:${encodeURIComponent(PASSWORD)}`)
    .replace('@host', '@localhost')
    .replace('5432', port)
    .replace('/database', `/${database}`)
    .replace('=/socket', `=${folder}`)
    .replace('%2Fsocket', encodeURIComponent(folder))
}

function authority(name: string): void {
  openssl(`req -x509 -newkey rsa:2048 -nodes -keyout ${name}.key -out ${name}.pem -days 2 -subj /CN=${name}`)
}

function openssl(command: string): void {
  execFileSync('openssl', command.split(' '), { cwd: folder, stdio: 'pipe' })
}

/** The server reads no key that another account owns. */
function giveToServer(): void {
  const account = unprivilegedAccount()
  if (account === undefined) return
  for (const name of ['.', ...readdirSync(folder)]) chownSync(join(folder, name), account.uid, account.gid)
}
