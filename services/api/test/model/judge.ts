import type { Answer } from '../support/client.ts'
import { judgeBatch } from './batches.ts'
import type { Sendable } from './commands.ts'
import { judgeList, judgeTags, judgeTrash } from './lists.ts'
import {
  expected,
  isValid,
  judgeChange,
  judgeCreate,
  judgeCreateAs,
  judgeOne,
  type Outcome,
  type World,
} from './model.ts'

function judge(world: World, command: Sendable, id: string, answer: Answer): Outcome {
  switch (command.do) {
    case 'create':
      return judgeCreate(world, command, answer)
    case 'create as':
      return judgeCreateAs(world, command.title, id, answer)
    case 'batch':
      return judgeBatch(world, command.operations, answer)
    case 'list':
      return judgeList(world, command, answer)
    case 'list tags':
      return judgeTags(world, answer)
    case 'list trash':
      return judgeTrash(world, answer)
    case 'empty trash':
      return answer.status === 204
        ? { world: world.map((known) => (known.isDeleted ? { ...known, isPurged: true } : known)) }
        : expected(204, answer)
    case 'change':
      return isValid(command.changes)
        ? judgeChange(world, command.changes, id, answer)
        : expected(422, answer, world)
    default:
      return judgeOne(world, command.do, id, answer)
  }
}

export interface Step {
  command: Sendable
  id: string
  answer: Answer
}

/**
 * The worlds that there may be after several answers that came at once, by every order that explains all of them.
 * More than one where the answers do not tell: a deletion beside the emptying of the trash may have come before or
 * after it.
 */
export function judgeAtOnce(
  worlds: readonly World[],
  steps: readonly Step[],
): { worlds: World[] } | { wrong: string } {
  const after = new Map<string, World>()
  const wrongs = new Set<string>()
  for (const world of worlds) judgeInAnyOrder(world, steps, after, wrongs)
  return after.size > 0 ? { worlds: [...after.values()] } : { wrong: [...wrongs].join('\n') }
}

/** The same for worlds that differ only in the order in which their tasks became known. */
function keyOf(world: World): string {
  return JSON.stringify(world.toSorted((a, b) => (a.task.id < b.task.id ? -1 : 1)))
}

function judgeInAnyOrder(
  world: World,
  steps: readonly Step[],
  after: Map<string, World>,
  wrongs: Set<string>,
): void {
  if (steps.length === 0) after.set(keyOf(world), world)
  for (const step of steps) {
    const outcome = judge(world, step.command, step.id, step.answer)
    if ('wrong' in outcome) wrongs.add(`${JSON.stringify(step.command)}: ${outcome.wrong}`)
    else
      judgeInAnyOrder(
        outcome.world,
        steps.filter((other) => other !== step),
        after,
        wrongs,
      )
  }
}
