import type { AddressInfo } from 'node:net'

const loopbackOf: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** Where this machine reaches a server that listens there. An IPv6 address is in brackets. */
export function urlOf({ address, port }: Pick<AddressInfo, 'address' | 'port'>): string {
  const host = loopbackOf[address] ?? address
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Why a server cannot listen, in words for the person who started it. */
export function cannotListen(variable: 'PORT' | 'METRICS_PORT', host: string, port: number, cause: unknown) {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const reason =
    reasons[code]?.replace('PORT', variable) ?? (cause instanceof Error ? cause.message : 'it failed')
  return new Error(`Cannot listen on ${host} port ${port}: ${reason}`, { cause })
}

const reasons: Record<string, string> = {
  EADDRINUSE: 'another program uses the port; stop it, or set PORT to another',
  EACCES: 'this user may not use the port; set PORT to one above 1023',
  EADDRNOTAVAIL: 'this machine has no such address; set HOST to one of its own, or to 0.0.0.0',
  ENOTFOUND: 'there is no such host; set HOST to an address of this machine',
  EAI_AGAIN: 'the name of the host cannot be looked up; set HOST to an address of this machine',
  EINVAL: 'it is no address to listen on; set HOST to an address of this machine',
  EAFNOSUPPORT: 'this machine has no IPv6; set HOST to 0.0.0.0 or another IPv4 address',
}
