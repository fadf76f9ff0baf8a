/** What `DATABASE_URL` says, as libpq reads it (PostgreSQL manual, "Connection URIs" and "SSL Support"). */
export interface DatabaseAddress {
  /** A name, an address, or the folder of a Unix socket; undefined: this machine. */
  host: string | undefined
  port: number | undefined
  user: string | undefined
  password: string | undefined
  database: string | undefined
  sslMode: SslMode
  /** The files of certificates and a key, by libpq's names. */
  files: { sslrootcert?: string; sslcert?: string; sslkey?: string }
  directTls: boolean
  /** Parameters that the server gets as they are. */
  session: Record<string, string>
}

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof sslModes)[number]

/** Parameters of an address that the server takes; all others belong to other clients and mean nothing here. */
const sessionParameters = [
  'options',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
] as const

/** Why an address cannot be used: what to write instead, and never a part of it, for it holds a password. */
export class AddressError extends Error {}

const EXAMPLE = 'a PostgreSQL address such as postgres://user:password@host:5432/database'
const shape = /^postgres(?:ql)?:\/\/(?:([^/?#]*)@)?([^/?#@]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/

/** @throws {AddressError} */
export function parseDatabaseUrl(url: string): DatabaseAddress {
  const [, credentials, authority = '', path = '', query = ''] = shape.exec(url) ?? refuse(hintFor(url))
  // A user or password that was cut short by a / or a ? leaves its @ behind.
  if (credentials === undefined && (path.includes('@') || /^[^=&]*@/.test(query))) refuse(hintFor(url))
  const parameters = parametersOf(query)
  const colon = (credentials ?? '').indexOf(':')
  const user = decode(colon === -1 ? (credentials ?? '') : (credentials ?? '').slice(0, colon))
  const password = colon === -1 ? '' : decode((credentials ?? '').slice(colon + 1))
  const { host, port } = hostOf(authority)
  const given = (name: string, otherwise: string) => parameters.get(name) || otherwise || undefined
  const address = {
    host: given('host', host),
    port: portOf(given('port', port)),
    user: given('user', user),
    password: given('password', password),
    database: given('dbname', decode(path)),
    files: filesOf(parameters),
    directTls: parameters.get('sslnegotiation') === 'direct',
    session: sessionOf(parameters),
  }
  if (address.host?.includes(',')) refuse('must name one host: several are not supported')
  return { ...address, sslMode: sslModeOf(parameters, address) }
}

function refuse(message: string): never {
  throw new AddressError(message)
}

/** Characters that end a part of an address, where they stand in a password. */
const escapes: Record<string, string> = { '/': '%2F', '#': '%23', '?': '%3F' }

function hintFor(url: string): string {
  const [, rest = ''] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(url) ?? []
  const userInfo = rest.slice(0, Math.max(0, rest.lastIndexOf('@')))
  const isMeant = (character: string) => (character === '#' ? rest : userInfo).includes(character)
  const found = Object.entries(escapes).filter(([character]) => isMeant(character))
  if (found.length === 0) return `must be ${EXAMPLE}`
  return `must be ${EXAMPLE}, and ${found.map(([character, code]) => `${character} in a password or name is written ${code}`).join(', ')}`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return refuse(`must be ${EXAMPLE}, and % in a password or name is written %25`)
  }
}

/** Pairs as libpq reads them: a + is a +. */
function parametersOf(query: string): Map<string, string> {
  const pairs = query.split('&').filter((pair) => pair !== '')
  return new Map(
    pairs.map((pair) => {
      const equals = pair.indexOf('=')
      return equals === -1
        ? [decode(pair), '']
        : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))]
    }),
  )
}

function hostOf(authority: string): { host: string; port: string } {
  const [, address, ipv6Port = ''] = /^\[([0-9a-f:.]+(?:%25\w+)?)\](?::(.*))?$/i.exec(authority) ?? []
  if (address !== undefined) return { host: decode(address), port: ipv6Port }
  const [host = '', port = '', ...more] = authority.split(':')
  if (more.length > 0 && !authority.includes(','))
    refuse('must have an IPv6 address in brackets, as in [::1]')
  return { host: decode(host), port: authority.includes(',') ? '' : port }
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65_535
    ? port
    : refuse(`must be ${EXAMPLE}: the port is an integer from 1 to 65535`)
}

function filesOf(parameters: Map<string, string>): DatabaseAddress['files'] {
  const names = ['sslrootcert', 'sslcert', 'sslkey'] as const
  return Object.fromEntries(
    names.flatMap((name) => {
      const file = parameters.get(name)
      return file === undefined || file === '' ? [] : [[name, file]]
    }),
  )
}

function sessionOf(parameters: Map<string, string>): Record<string, string> {
  return Object.fromEntries(
    sessionParameters.flatMap((name) => {
      const value = parameters.get(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** Other clients' ways to say it. */
const otherSslModes: Record<string, SslMode> = {
  'no-verify': 'require',
  true: 'verify-full',
  1: 'verify-full',
}

function sslModeOf(parameters: Map<string, string>, { files }: Pick<DatabaseAddress, 'files'>): SslMode {
  const ssl = parameters.get('ssl') ?? ''
  const text = parameters.get('sslmode') || (ssl === 'false' || ssl === '0' ? 'disable' : ssl) || 'allow'
  const mode = otherSslModes[text] ?? sslModes.find((name) => name === text)
  if (mode === undefined) refuse(`has an sslmode that is none of ${sslModes.join(', ')}`)
  const root = files.sslrootcert
  if (root === 'system' && mode !== 'verify-full')
    refuse('must have sslmode=verify-full with sslrootcert=system')
  // As in libpq: an address that names a certificate wants it to be checked.
  if (mode === 'require' && root !== undefined) return 'verify-ca'
  if (mode === 'verify-ca' && root === undefined) {
    refuse('must have sslrootcert with sslmode=verify-ca, or sslmode=verify-full')
  }
  return mode
}
