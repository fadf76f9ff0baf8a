import cluster from 'node:cluster'
import type { FastifyInstance } from 'fastify'
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Database } from '../database/database.ts'
import { isDatabaseFailure } from '../database/database-error.ts'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'])

/** What the service tells Prometheus. Labels are routes and statuses: never a user, an id or an address. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of requests by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.#registry],
  })
  readonly #databaseErrors = new Counter({
    name: 'database_errors_total',
    help: 'Requests that failed because of the database',
    registers: [this.#registry],
  })
  readonly abortedRequests = new Counter({
    name: 'http_aborted_requests_total',
    help: 'Requests whose client was gone before the whole answer was sent; they are among the others as well',
    registers: [this.#registry],
  })
  readonly refusedConnections = new Counter({
    name: 'http_refused_connections_total',
    help: 'Connections that ended because what came was no request, or did not become one in time',
    registers: [this.#registry],
  })
  readonly #observers = new Map<string, { observe: (seconds: number) => void }>()

  constructor(database: Database) {
    collectDefaultMetrics({ register: this.#registry })
    if (cluster.isWorker) answerPrimary(this.#registry)
    this.gauge('database_pool_connections', 'Open connections for long work', () => database.pool.totalCount)
    this.gauge(
      'database_pool_waiting',
      'Callers that wait for such a connection',
      () => database.pool.waitingCount,
    )
    this.gauge('database_lanes_waiting', 'Transactions that wait on a shared connection', () =>
      database.waiting(),
    )
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  render(): Promise<string> {
    return this.#registry.metrics()
  }

  /** Counts an answer. A label's observer is looked up once and kept: the lookup is most of the cost of an observation. */
  observe(method: string, route: string, status: number, seconds: number): void {
    this.#observerOf(METHODS.has(method) ? method : 'other', route, status).observe(seconds)
  }

  /** Counts the requests that fail because of the database. */
  watchDatabaseErrors(app: FastifyInstance): void {
    app.addHook('onError', (_request, _reply, error, done) => {
      if (isDatabaseFailure(error) || isDatabaseFailure(error.cause)) this.#databaseErrors.inc()
      done()
    })
  }

  #observerOf(method: string, route: string, status: number): { observe: (seconds: number) => void } {
    const key = `${method} ${route} ${status}`
    const known = this.#observers.get(key)
    if (known !== undefined) return known
    const observer = this.#duration.labels(method, route, String(status))
    this.#observers.set(key, observer)
    return observer
  }

  /** @param value is asked whenever the metrics are. */
  counter(name: string, help: string, value: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset()
        this.inc(value())
      },
    })
  }

  /** @param value is asked whenever the metrics are. */
  gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(value())
      },
    })
  }
}

/** Makes this process answer when the one that supervises it asks for its metrics. */
function answerPrimary(registry: Registry): void {
  AggregatorRegistry.setRegistries([registry])
  new AggregatorRegistry()
}
