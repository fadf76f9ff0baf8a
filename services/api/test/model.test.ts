import { randomInt, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Command,
  type Person,
  people,
  program,
  type Round,
  type Sendable,
  type TaskOf,
} from './model/commands.ts'
import { judgeAtOnce, type Step } from './model/judge.ts'
import { linkedId, type World } from './model/model.ts'
import { type Found, judgeMoves, type Moved } from './model/moves.ts'
import { Replica } from './model/replica.ts'
import { sharedApp, type User } from './support/app.ts'
import type { Answer } from './support/client.ts'
import { withQuery } from './support/walk.ts'

/*
 * Three users do whatever comes to their minds, some of it at once; every answer must be the one that a small
 * model of the contract gives. `MODEL_COMMANDS=200000 MODEL_SEED=1 npm test -- model.test` does more of it.
 */

const COMMANDS = Number(process.env.MODEL_COMMANDS ?? 1_500)
const SEED = Number(process.env.MODEL_SEED ?? randomInt(2 ** 31))
const RUNS_AT_A_TIME = 20
/** What has been found by then is told, be there a shorter one. */
const SHRINK_MILLISECONDS = 60_000
const TIMEOUT_MILLISECONDS = Math.max(600_000, COMMANDS * 30)

const app = await sharedApp()

interface Player {
  user: User
  /** Whichever of these it is. */
  worlds: readonly World[]
  /** In the order in which they were made; a task that is gone keeps its place. */
  ids: string[]
  replica: Replica
}

/** Whatever is done meanwhile, nobody needs more pages of one change each. */
const MAXIMUM_PAGES = 100

function send({ user }: Player, command: Sendable, id: string): Promise<Answer> {
  switch (command.do) {
    case 'create': {
      const { do: _, ...task } = command
      return user.post('/tasks', task)
    }
    case 'list': {
      const { do: _, ...query } = command
      return user.get(withQuery('/tasks', query))
    }
    case 'batch':
      return user.post('/tasks/batch', { operations: command.operations })
    case 'create as':
      return user.post('/tasks/batch', { operations: [{ op: 'create', id, title: command.title }] })
    case 'change':
      return user.patch(`/tasks/${id}`, command.changes)
    case 'get':
      return user.get(`/tasks/${id}`)
    case 'delete':
      return user.delete(`/tasks/${id}`)
    case 'restore':
      return user.post(`/trash/${id}/restore`)
    case 'purge':
      return user.delete(`/trash/${id}`)
    case 'list tags':
      return user.get('/tags')
    case 'list trash':
      return user.get('/trash?per_page=100')
    case 'empty trash':
      return user.delete('/trash')
  }
}

async function play(rounds: readonly Round[]): Promise<number> {
  const players = new Map<Person, Player>()
  for (const person of people) {
    players.set(person, { user: await app.signIn(), worlds: [[]], ids: [], replica: new Replica() })
  }
  const playerOf = (person: Person): Player => players.get(person) ?? expect.fail(`${person} does not play`)
  const idOf = ({ of, nth }: TaskOf): string => {
    const { ids } = playerOf(of)
    return ids[nth % Math.max(1, ids.length)] ?? randomUUID()
  }
  let done = 0
  for (const [index, round] of rounds.entries()) {
    const steps = await Promise.all(
      round.flatMap(({ by, command }) => {
        const sendable = sendableOf(command, idOf)
        if (sendable === undefined) return []
        const id = 'task' in sendable ? idOf(sendable.task) : ''
        return send(playerOf(by), sendable, id).then((answer) => ({ by, command: sendable, id, answer }))
      }),
    )
    done += round.length
    for (const [person, player] of players) {
      const own = steps.filter(({ by }) => by === person)
      const outcome = judgeAtOnce(player.worlds, own)
      if ('wrong' in outcome) throw new Error(`round ${index + 1}, ${person}: ${outcome.wrong}`)
      player.worlds = outcome.worlds
      for (const id of own.flatMap(madeBy)) if (!player.ids.includes(id)) player.ids.push(id)
    }
    for (const { by, command } of round) {
      const where = `round ${index + 1}, ${by}`
      if (command.do === 'sync') await turnPage(playerOf(by), command.limit, where)
      if (command.do === 'move') await arrange(playerOf(by), command, idOf, where)
    }
  }
  for (const [person, player] of players) done += await catchUp(player, person)
  return done
}

/** The command with the ids of its tasks; undefined for one that waits for the end of the round. */
function sendableOf(command: Command, idOf: (task: TaskOf) => string): Sendable | undefined {
  if (command.do === 'sync' || command.do === 'move') return undefined
  if (command.do !== 'batch') return command
  const operations = command.operations.map((operation) => {
    if (operation.op === 'create') return operation
    const { task, ...rest } = operation
    return { ...rest, id: idOf(task) }
  })
  return { ...command, operations }
}

/** The ids of the tasks that an answer tells to be new, in their order. */
function madeBy({ command, id, answer }: Step): string[] {
  const { status, body } = answer
  if (command.do === 'create') return status === 201 ? [body.id] : []
  if (command.do === 'create as') return status === 200 ? [id] : []
  if (command.do === 'change') return [linkedId(answer) ?? []].flat()
  if (command.do !== 'batch' || status !== 200) return []
  const results: { op: string; task?: { id: string }; next?: string }[] = body.results
  return results.flatMap(({ op, task, next = [] }) => (op === 'create' && task ? [task.id] : next))
}

/** Moves tasks, and looks where everything stands then. */
async function arrange(
  player: Player,
  { moves, isBatch }: Extract<Command, { do: 'move' }>,
  idOf: (task: TaskOf) => string,
  where: string,
): Promise<void> {
  const { user } = player
  const moved = moves.map(
    ({ task, side, neighbour }): Moved => ({ id: idOf(task), side, neighbour: idOf(neighbour) }),
  )
  const [first] = moved
  const answer =
    isBatch || first === undefined
      ? await user.post('/tasks/batch', {
          operations: moved.map(({ id, side, neighbour }) => ({ op: 'move', id, [side]: neighbour })),
        })
      : await user.post(`/tasks/${first.id}/move`, { [first.side]: first.neighbour })
  const list = await user.get('/tasks?sort=position&per_page=100')
  const { changes } = (await user.get('/tasks/changes?limit=500')).body
  const tagged: { task?: { id: string }; etag: string }[] = changes
  const tags: Found['tags'] = new Map(tagged.flatMap(({ task, etag }) => (task ? [[task.id, etag]] : [])))
  const outcomes = player.worlds.map((world) =>
    judgeMoves(world, moved, { status: answer.status, list, tags }),
  )
  player.worlds = outcomes.flatMap((outcome) => ('world' in outcome ? [outcome.world] : []))
  const wrongs = outcomes.flatMap((outcome) => ('wrong' in outcome ? [outcome.wrong] : []))
  if (player.worlds.length === 0) throw new Error(`${where}: ${wrongs.join('\n')}`)
}

/** @returns whether there is another page. */
async function turnPage(player: Player, limit: number, where: string): Promise<boolean> {
  const answer = await player.user.get(player.replica.path(limit))
  const outcome = player.replica.take(player.worlds, answer)
  if ('wrong' in outcome) throw new Error(`${where}: ${outcome.wrong}`)
  player.worlds = outcome.worlds
  return outcome.hasMore
}

/** A copy that was kept, and one that is begun now, both come to an end. @returns after how many pages. */
async function catchUp(player: Player, person: Person): Promise<number> {
  let pages = 0
  for (const [replica, limit] of [[player.replica, 3] as const, [new Replica(), 1] as const]) {
    let hasMore = true
    for (let page = 1; hasMore; page += 1) {
      if (page > MAXIMUM_PAGES) throw new Error(`the pages of ${person} do not end`)
      hasMore = await turnPage({ ...player, replica }, limit, `the last pages of ${person}`)
      pages += 1
    }
  }
  return pages
}

const asText = (rounds: readonly Round[]): string =>
  rounds
    .map((round) => round.map(({ by, command }) => `${by}: ${JSON.stringify(command)}`).join('\n  at once '))
    .map((round, index) => `\n${index + 1}. ${round}`)
    .join('')

function explain(run: fc.RunDetails<[Round[]]>): void {
  if (!run.failed) return
  const [rounds = []] = run.counterexample ?? []
  const cause = run.errorInstance instanceof Error ? run.errorInstance.message : 'no answer'
  throw new Error(`seed ${run.seed}: ${cause}\nafter${asText(rounds)}`)
}

test(
  'whatever three users do, every answer is the one that the model gives',
  async () => {
    let done = 0
    for (let seed = SEED; done < COMMANDS; seed++) {
      const property = fc.asyncProperty(program, async (rounds) => {
        done += await play(rounds)
      })
      explain(
        await fc.check(property, {
          seed,
          numRuns: RUNS_AT_A_TIME,
          interruptAfterTimeLimit: SHRINK_MILLISECONDS,
        }),
      )
    }
    process.stdout.write(`model: ${done} commands from seed ${SEED}\n`)
  },
  TIMEOUT_MILLISECONDS,
)
