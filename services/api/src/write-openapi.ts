import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { loadConfig } from './config.ts'
import { createEmbeddedDatabase } from './database/open.ts'
import { createLog } from './log.ts'
import { toYaml } from './openapi-yaml.ts'
import { startApp } from './service.ts'

const target = resolve(import.meta.dirname, '../../../specs/006-task-crud-api/contracts/tasks-api.yaml')

/** Writes the contract as the default configuration serves it, from an app on a database in memory. */
const config = loadConfig({ LOG_LEVEL: 'fatal', AUTH_SECRET: randomBytes(32).toString('hex') })
const database = createEmbeddedDatabase(await PGlite.create(), () => {})
const app = await startApp(config, database, createLog(config.logLevel, process.stdout))
const document: unknown = (await app.inject('/openapi.json')).json()
await app.close()
mkdirSync(dirname(target), { recursive: true })
writeFileSync(target, toYaml(document))
