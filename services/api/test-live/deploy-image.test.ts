import { chownSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { testSecret } from '../test/support/app.ts'
import { Client } from '../test/support/client.ts'
import { startCluster } from '../test/support/cluster.ts'
import { type Container, startContainer } from './support/container.ts'
import { buildImage, type Image, removeImages } from './support/image.ts'
import { temporaryFolder } from './support/server.ts'

const MAXIMUM_MEGABYTES = 190

const { path: folder, remove } = temporaryFolder()
let image: Image
beforeAll(() => {
  const start = performance.now()
  image = buildImage(folder)
  const seconds = Math.round((performance.now() - start) / 1000)
  process.stdout.write(`The image has ${megabytesOf(image)} MB and took ${seconds} s, its base included\n`)
}, 900_000)
afterAll(() => {
  removeImages(folder)
  remove()
})

test('the image is small, and holds nothing that can be run but Node and its libraries', () => {
  const executables = filesOf(image).filter((path) => (statSync(path).mode & 0o111) !== 0)
  const names = executables.map((path) => relative(image.root, path))
  expect(names).toContain('usr/local/bin/node')
  const others = names.filter(
    (name) => !/^lib\S*\/[\w.+-]+\.so[.\d]*$/.test(name) && !name.startsWith('app/node_modules/'),
  )
  expect(others.toSorted()).toEqual(['app/services/api/bin/tasklane.js', 'usr/local/bin/node'])
  expect(names.filter((name) => /\.node$|\/(?:sh|bash|npm)$/.test(name))).toEqual([])
  expect(megabytesOf(image)).toBeLessThan(MAXIMUM_MEGABYTES)
})

test('it says to the engine who runs it, what to keep, where it listens, how to stop it and how it is', () => {
  const { User, Volumes, ExposedPorts, StopSignal, Healthcheck, Entrypoint } = image.config
  expect(User).toBe('10001:10001')
  expect(Object.keys(Volumes)).toEqual(['/data'])
  expect(Object.keys(ExposedPorts)).toEqual(['3000/tcp'])
  expect(StopSignal).toBe('SIGTERM')
  // Run as they stand: a string would be a shell's.
  expect([Healthcheck.Test[0], Entrypoint[0]]).toEqual(['CMD', 'node'])
})

test('on a root that cannot be written, as a user without rights, it serves, stops well, and has its tasks after a restart', async () => {
  const volume = newVolume()
  const first = await start({ volume })
  for (const path of ['/livez', '/readyz', '/'])
    expect((await fetch(first.url + path)).status, path).toBe(200)
  const ada = await signUp(first.url)
  expect((await ada.post('/tasks', { title: 'Buy milk' })).status).toBe(201)

  const ids = /^Uid:\t(\d+)\t(\d+)/m.exec(readFileSync(`/proc/${first.pid}/status`, 'utf8'))?.slice(1)
  expect(ids).toEqual(['10001', '10001'])
  const write = (path: string) => first.exec(['node', '-e', `fs.writeFileSync('${path}/x', 'x')`])
  for (const path of ['/app', '/etc', '/']) expect(write(path).output, path).toContain('EROFS')
  for (const path of ['/data', '/tmp']) expect(write(path), path).toEqual({ code: 0, output: '' })
  expect(first.exec(['sh', '-c', 'true']).code).not.toBe(0)

  expect(await stopped(first)).toBe(0)
  expect(first.output()).toContain('"msg":"stopped"')
  const second = await start({ volume })
  expect((await new Client(second.url, ada.token).get('/tasks')).body).toMatchObject({
    data: [{ title: 'Buy milk' }],
    total: 1,
  })
  expect(await stopped(second)).toBe(0)
})

test('its health check tells a service that answers from one that does not', async () => {
  const container = await start({ volume: newVolume() })
  const check = image.config.Healthcheck.Test.slice(1)
  expect(container.exec(check)).toEqual({ code: 0, output: '' })
  // Nobody listens there.
  expect(container.exec(check, { PORT: '1' }).code).toBe(1)
  expect(container.exec(['node', 'services/api/bin/tasklane.js', '--version']).output).toMatch(
    /^\d+\.\d+\.\d+\n$/,
  )
})

test('a second container on the same volume refuses to start, and the first one goes on', async () => {
  const volume = newVolume()
  const first = await start({ volume })
  const ada = await signUp(first.url)
  await expect(startContainer(image, { volume })).rejects.toThrow(/ended with 1:\n.*in use by process 1/)
  expect((await ada.post('/tasks', { title: 'Buy milk' })).status).toBe(201)
})

test('on PostgreSQL it needs no volume, and its workers stop with it', async () => {
  const cluster = await startCluster(['fsync=off'])
  onTestFinished(cluster.stop)
  const env = { DATABASE_URL: cluster.url, AUTH_SECRET: testSecret, WORKERS: '2' }
  const container = await start({ env })
  const ada = await signUp(container.url)
  expect((await ada.post('/tasks', { title: 'Buy milk' })).status).toBe(201)
  expect(await stopped(container)).toBe(0)
  expect(container.output().match(/"msg":"stopped"/g)).toHaveLength(2)
})

/** Until the test ends. */
async function start(options: { volume?: string; env?: Record<string, string> }): Promise<Container> {
  const container = await startContainer(image, options)
  let hasEnded = false
  container.exited.then(() => {
    hasEnded = true
  })
  onTestFinished(async () => {
    if (!hasEnded) container.kill('SIGKILL')
    await container.exited
  })
  return container
}

function stopped(container: Container): Promise<number | null> {
  container.kill('SIGTERM')
  return container.exited
}

let volumes = 0

/** As an engine makes it: whose the folder of the image is. */
function newVolume(): string {
  volumes += 1
  const path = join(folder, `volume-${volumes}`)
  const { uid, gid } = statSync(join(image.root, 'data'))
  mkdirSync(path, { mode: 0o700 })
  chownSync(path, uid, gid)
  return path
}

async function signUp(url: string): Promise<Client> {
  const credentials = { email: 'ada@example.com', password: 'correct horse' }
  const { body: session } = await new Client(url).post('/auth/sign-up/email', credentials)
  const { body } = await new Client(url, session.token).get('/auth/token')
  return new Client(url, body.token)
}

function filesOf({ root }: Image): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function megabytesOf(of: Image): number {
  return Math.round(filesOf(of).reduce((sum, path) => sum + statSync(path).size, 0) / 1_000_000)
}
