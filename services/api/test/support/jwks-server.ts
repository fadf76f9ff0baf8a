import { createServer, type Server } from 'node:http'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose'

export interface SigningKey {
  kid: string
  alg: string
  privateKey: CryptoKey
  /** As the issuer publishes it. */
  jwk: JWK
}

export async function makeKey(kid: string, alg: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/** An outside issuer's key set on a real socket, with what a test needs to change and to know. */
export interface JwksServer {
  url: string
  /** What it publishes: keys, or any other body. */
  keys: JWK[]
  body: string | undefined
  status: number
  /** How often it was asked. */
  fetches: number
  close: () => Promise<void>
}

export async function startJwksServer(keys: JWK[] = []): Promise<JwksServer> {
  const server = createServer((_request, response) => {
    issuer.fetches += 1
    response.statusCode = issuer.status
    response.setHeader('content-type', 'application/json')
    response.end(issuer.body ?? JSON.stringify({ keys: issuer.keys }))
  })
  const issuer: JwksServer = {
    url: `http://127.0.0.1:${await listen(server)}/jwks.json`,
    keys,
    body: undefined,
    status: 200,
    fetches: 0,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return issuer
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}
