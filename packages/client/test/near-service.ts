import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { loadConfig } from '../../../services/api/src/config.ts'
import { openDatabase } from '../../../services/api/src/database/open.ts'
import { startApp } from '../../../services/api/src/service.ts'
import { timingOfTests } from '../../../services/api/test/support/app.ts'
import { findBinaries, startCluster } from '../../../services/api/test/support/cluster.ts'
import { silentLog } from '../../../services/api/test/support/log.ts'
import { type Served, secret, tokenOf } from './server.ts'

/** Carries a request, whose body is read already. */
export type Send = (request: Request, body: string) => Promise<Response>

export interface NearService extends Served {
  send: Send
  stop: () => Promise<void>
}

/**
 * The service in this process, without a socket between: many small requests cost half as much. On a PostgreSQL of its own,
 * which takes half the processor time of the embedded engine, where one is installed.
 */
export async function startNearService(): Promise<NearService> {
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-near-'))
  const cluster = hasPostgres() ? await startCluster(CARELESS) : undefined
  const address = cluster && { DATABASE_URL: cluster.socketUrl }
  const config = loadConfig({ DATA_DIR: folder, JWT_SECRET: secret, RATE_LIMIT_PER_MINUTE: '0', ...address })
  const log = silentLog
  const app = await startApp(config, await openDatabase(config, log), log, timingOfTests)
  await app.ready()
  return {
    url: 'http://near.test',
    token: tokenOf,
    send: sendTo(app),
    async stop() {
      await app.close()
      await cluster?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Of a server whose data nobody wants to keep. */
const CARELESS = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']

function hasPostgres(): boolean {
  try {
    findBinaries()
    return true
  } catch {
    return false
  }
}

function sendTo(app: FastifyInstance): Send {
  const methods = ['GET', 'POST', 'PATCH', 'DELETE'] as const
  return async ({ method: name, url, headers }, body) => {
    const method = methods.find((each) => each === name)
    if (method === undefined) throw new Error(`No client sends ${name}`)
    const payload = body !== '' && { payload: body }
    return new ReadResponse(
      await app.inject({ method, url, headers: Object.fromEntries(headers), ...payload }),
    )
  }
}

/** A response that is here whole. Node's own makes a stream of each, which costs as much as all else on its way. */
class ReadResponse extends Response {
  readonly #text: string

  constructor({ statusCode: status, headers, payload }: LightMyRequestResponse) {
    super(null, {
      status,
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    })
    this.#text = payload
  }

  override async text(): Promise<string> {
    return this.#text
  }

  override async json(): Promise<unknown> {
    return JSON.parse(this.#text)
  }

  /** It can be read again and again. */
  override clone(): Response {
    return this
  }
}
