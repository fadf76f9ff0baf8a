import { testSecret } from '../../test/support/app.ts'
import { type Cluster, startCluster } from '../../test/support/cluster.ts'
import { type Beginning, createProcessDatabase, temporaryFolder } from '../../test/support/database.ts'
import { type Service, startService } from '../../test/support/service.ts'

/** A place for a service to live in, through as many starts as a test wants. */
export interface Home {
  /** Its DATA_DIR. */
  folder: string
  /** All that a command needs to work on the same database. */
  env: NodeJS.ProcessEnv
  /** @param command what starts it, where it needs surroundings of its own. */
  start: (env?: NodeJS.ProcessEnv, command?: readonly string[]) => Promise<Service>
  /** Kills what still runs. */
  remove: () => Promise<void>
}

export interface ServerHome extends Home {
  cluster: Cluster
}

const settings = { JWT_SECRET: testSecret, RATE_LIMIT_PER_MINUTE: '0', PORT: '0' }

/** On an embedded database, by default one that is migrated already. */
export async function embeddedHome(beginning: Beginning = 'migrated'): Promise<Home> {
  const folder = temporaryFolder()
  const { env } = await createProcessDatabase(folder.path, beginning)
  return homeWith(folder.path, { ...settings, ...env }, async () => folder.remove())
}

/** On a PostgreSQL server of its own, which the first start migrates. */
export async function serverHome(): Promise<ServerHome> {
  const folder = temporaryFolder()
  const cluster = await startCluster(['fsync=off'])
  const home = homeWith(folder.path, { ...settings, DATABASE_URL: cluster.url }, async () => {
    await cluster.stop()
    folder.remove()
  })
  return { ...home, cluster }
}

function homeWith(folder: string, settings: NodeJS.ProcessEnv, remove: () => Promise<void>): Home {
  const services: Service[] = []
  const env = { ...settings, DATA_DIR: folder }
  return {
    folder,
    env,
    async start(extra = {}, command) {
      const service = await startService({ ...env, ...extra }, command)
      services.push(service)
      return service
    },
    async remove() {
      for (const service of services) service.kill('SIGKILL')
      await Promise.all(services.map(({ exited }) => exited))
      await remove()
    },
  }
}
