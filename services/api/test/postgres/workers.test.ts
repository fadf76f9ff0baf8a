import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSurroundings, type Service, type Surroundings } from '../support/service.ts'

let surroundings: Surroundings
beforeEach(async () => {
  surroundings = await createSurroundings()
})
afterEach(() => surroundings.remove())

test('two workers share a port, one that dies is replaced, and all end well on SIGTERM', async () => {
  const service = await surroundings.start({ WORKERS: '2' })
  const user = await service.signIn(randomUUID())
  const { body: task } = await user.post('/tasks', { title: 'Buy milk' })

  const [victim = 0] = listeningPids(service)
  process.kill(victim, 'SIGKILL')
  await expect.poll(() => listeningPids(service)).toHaveLength(3)
  expect(service.output()).toContain('a worker died and is replaced')
  expect((await user.get(`/tasks/${task.id}`)).body).toEqual(task)

  service.kill('SIGTERM')
  expect(await service.exited).toEqual({ code: 0, signal: null })
  for (const pid of listeningPids(service)) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

/** Every worker that ever listened, by its line in the log. */
function listeningPids(service: Service): number[] {
  return [...service.output().matchAll(/"worker":(\d+),"msg":"listening"/g)].map(([, pid]) => Number(pid))
}
