import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import type { Logger } from 'pino'
import { AggregatorRegistry } from 'prom-client'
import type { Config } from '../config.ts'
import { urlOf } from '../http/wire/listening.ts'
import { serveMetrics } from '../metrics/routes.ts'

/** A worker that dies is replaced after this long, so that one that cannot live does not take all the time. */
const RESTART_MILLISECONDS = 1_000

/**
 * Runs the service in several processes on one port; replaces one that dies, and passes on the signals that end them.
 * What is kept in memory (rate limits, caches of verified tokens) is each process's own.
 *
 * @returns the address that they listen on, once all of them do.
 */
export async function superviseWorkers(config: Config, log: Logger): Promise<string> {
  // The primary answers for all of them, where metrics have a port of their own.
  const metrics = new AggregatorRegistry()
  const workers = Array.from({ length: config.workers }, () => cluster.fork())
  const addresses = await Promise.all(workers.map(listening))
  if (config.metricsPort !== undefined) {
    const source = { contentType: metrics.contentType, render: () => metrics.clusterMetrics() }
    await serveMetrics(source, config.host, config.metricsPort)
  }
  keepAlive(log)
  return addresses[0] ?? ''
}

/** @throws {Error} when the worker ends instead; it has told why itself. */
async function listening(worker: Worker): Promise<string> {
  const ended = once(worker, 'exit').then(() => {
    throw new Error('A worker could not start')
  })
  const [address] = await Promise.race([once(worker, 'listening'), ended])
  return urlOf({ address: address.address ?? '127.0.0.1', port: address.port })
}

function keepAlive(log: Logger): void {
  let isStopping = false
  cluster.on('exit', (worker, code, signal) => {
    if (isStopping) {
      if (Object.keys(cluster.workers ?? {}).length === 0) process.exit(0)
      return
    }
    log.error({ pid: worker.process.pid, code, signal }, 'a worker died and is replaced')
    setTimeout(() => isStopping || cluster.fork(), RESTART_MILLISECONDS)
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      isStopping = true
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM')
    })
  }
}
