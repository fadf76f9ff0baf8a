/** Numbered users, each group with rows of its own, so that writes never change what reads find. */
export const groups = {
  readers: { first: 1, users: 200, tasks: 100 },
  patched: { first: 1001, users: 200, tasks: 100 },
  posted: { first: 2001, users: 200, tasks: 0 },
  deleted: { first: 3001, users: 200, tasks: 0 },
  big: { first: 9001, users: 1, tasks: 100_000 },
} as const
export type GroupName = keyof typeof groups

export interface Endpoint {
  name: string
  /** The function of load.lua that makes its requests. */
  load: 'get' | 'list' | 'unchanged' | 'cursor' | 'post' | 'patch' | 'delete'
  group: GroupName
  /** Sets pgbench's variables as load.lua sets the request's. */
  variables: string
}

function randomUser(name: GroupName): string {
  const { first, users } = groups[name]
  return `\\set user random(${first}, ${first + users - 1})`
}

const anyTask = '\\set task :user * 1000000 + random(1, 100)'
const nextToDelete = `
\\set k :k + 1
\\set serial :first + :k * :clients + :client_id
\\set user ${groups.deleted.first} + mod(:serial, ${groups.deleted.users})
\\set task :user * 1000000 + :serial / ${groups.deleted.users}`

export const endpoints: readonly Endpoint[] = [
  { name: 'GET one', load: 'get', group: 'readers', variables: `${randomUser('readers')}\n${anyTask}` },
  { name: 'GET list of 20', load: 'list', group: 'readers', variables: randomUser('readers') },
  { name: 'GET list, unchanged', load: 'unchanged', group: 'readers', variables: randomUser('readers') },
  {
    name: 'POST',
    load: 'post',
    group: 'posted',
    variables: `${randomUser('posted')}\n\\set new random(1000000000000000, 9000000000000000000)`,
  },
  {
    name: 'PATCH',
    load: 'patch',
    group: 'patched',
    variables: `${randomUser('patched')}\n${anyTask}\n\\set title random(1, 1000000000)\n\\set completed random(0, 1)`,
  },
  { name: 'DELETE', load: 'delete', group: 'deleted', variables: nextToDelete },
]

/** A list must cost the same however long it is and however deep the reader is in it. */
export const deepEndpoints: readonly Endpoint[] = [
  { name: 'page 1 of 100 tasks', load: 'list', group: 'readers', variables: randomUser('readers') },
  { name: 'page 1 of 100,000 tasks', load: 'list', group: 'big', variables: randomUser('big') },
  { name: 'cursor at 4,500 of 100,000', load: 'cursor', group: 'big', variables: randomUser('big') },
  { name: 'unchanged list of 100,000', load: 'unchanged', group: 'big', variables: randomUser('big') },
]
