import type { Catalogue, UserTable } from './catalogue.ts'

/** A part of the work: done as a whole, or not at all. */
export interface Step {
  says: string
  sql: readonly string[]
}

export interface PlanOptions {
  /** Services connect to the nodes as well, and need the tables that belong to no user there. */
  workers: boolean
  /** Into how many parts the users are divided; undefined: as many as Citus is set to. */
  shards: number | undefined
}

/** A lock that is waited for holds up everybody behind it. */
const LOCK_TIMEOUT = "set local lock_timeout = '4s'"

/** @returns why nothing can be done, with what to do instead; undefined if it can. */
export function refusalOf({
  isCoordinator,
  nodes,
  role,
  tables,
  withoutLogin,
}: Catalogue): string | undefined {
  const [users] = tables.filter(({ name }) => name === 'users')
  if (!isCoordinator)
    return 'This is a node, not the coordinator: give DATABASE_URL the coordinator’s address'
  if (users === undefined) return 'The tables are not there yet: start the service once on this database'
  if (!nodes.some(({ holdsRows }) => holdsRows)) {
    return 'No node may hold rows: add one as a superuser, with select citus_add_node(host, port)'
  }
  const strangers = tables.filter(({ owner }) => owner !== role.name)
  if (!role.isSuperuser && strangers.length > 0) {
    return `${strangers[0]?.owner} owns the tables: connect as that role or as a superuser`
  }
  const odd = tables.find(
    ({ column, isBesideUsers }) => column !== undefined && !(column === 'user_id' && isBesideUsers),
  )
  if (odd !== undefined) {
    return `${odd.name} is distributed, but not by user_id beside users: select undistribute_table('${odd.name}') first`
  }
  if (withoutLogin.length > 0 && !role.isSuperuser && !role.changesRoles) {
    return `The nodes let no role in that cannot log in: as an administrator, once: ${withoutLogin.map(letIn).join('; ')}`
  }
  return undefined
}

/** What is left to do, in order; nothing where all is as it should be. */
export function planOf(catalogue: Catalogue, options: PlanOptions): Step[] {
  const { tables } = catalogue
  const isUnspread = tables.some(({ column }) => column === undefined)
  return [
    ...forceAgain(tables),
    ...(isUnspread ? [spread(catalogue, options)] : letRolesIn(catalogue)),
    ...grantAgain(catalogue),
    ...(tables.some(({ hasLocalRows }) => hasLocalRows) ? [forgetLocalRows] : []),
    ...(options.workers ? tellNodes(catalogue) : []),
  ]
}

/** Where a rebalance was cut off. */
function forceAgain(tables: readonly UserTable[]): Step[] {
  const open = tables.filter(({ isForced }) => !isForced)
  if (open.length === 0) return []
  return [
    {
      says: `Row-level security does not hold for the owner of ${open.map(({ name }) => name).join(', ')}: put it back`,
      sql: ['begin', LOCK_TIMEOUT, lockAll(open), ...open.map(({ name }) => forced(name)), 'commit'],
    },
  ]
}

function spread({ tables, role, withoutLogin }: Catalogue, { shards }: PlanOptions): Step {
  const names = tables.filter(({ column }) => column === undefined).map(({ name }) => name)
  // Citus copies rows, which row-level security does not let the owner do.
  const open = role.isSuperuser ? [] : names
  const counts = names.map((name) => `select count(*) from ${name}`)
  return {
    says: 'Spread the users over the nodes, in one transaction; requests wait meanwhile',
    sql: [
      'begin',
      LOCK_TIMEOUT,
      'set local statement_timeout = 0',
      'set local idle_in_transaction_session_timeout = 0',
      ...withoutLogin.map(letIn),
      lockAll(tables),
      ...open.map((name) => `alter table ${name} no force row level security`),
      ...counts,
      // Those beside users name it.
      ...names.toReversed().map((name) => distributed(name, shards)),
      ...counts,
      ...open.map(forced),
      'commit',
    ],
  }
}

function letRolesIn({ withoutLogin }: Catalogue): Step[] {
  if (withoutLogin.length === 0) return []
  return [{ says: 'Let the roles of requests in at the nodes', sql: withoutLogin.map(letIn) }]
}

function grantAgain({ tables, isOwnerMember }: Catalogue): Step[] {
  const owner = tables.at(-1)?.owner
  if (isOwnerMember || owner === undefined) return []
  const sql = [`grant tasklane_app, tasklane_observer to ${owner}`]
  return [{ says: 'Tell the nodes whom the owner may act as', sql }]
}

const forgetLocalRows: Step = {
  says: 'Free the room of the rows on this server, which are on the nodes now',
  sql: ["select truncate_local_data_after_distributing_table('users')"],
}

function tellNodes({ shared }: Catalogue): Step[] {
  const unknown = shared.filter(({ isKnownToNodes }) => !isKnownToNodes)
  if (unknown.length === 0) return []
  const accounts = 'tasklane_auth."user"'
  return [
    {
      says: 'Let services that connect to a node reach the tables that belong to no user',
      sql: [
        ...unknown.filter(({ hasReferences }) => !hasReferences).map(({ name }) => known(name)),
        ...(unknown.some(({ hasReferences }) => hasReferences)
          ? [known(accounts, ', cascade_via_foreign_keys => true')]
          : []),
      ],
    },
  ]
}

function lockAll(tables: readonly { name: string }[]): string {
  return `lock table ${tables.map(({ name }) => name).join(', ')} in access exclusive mode`
}

function forced(name: string): string {
  return `alter table ${name} force row level security`
}

function letIn(role: string): string {
  return `alter role ${role} login`
}

function distributed(name: string, shards: number | undefined): string {
  const how = name === 'users' ? shards && `, shard_count => ${shards}` : ", colocate_with => 'users'"
  return `select create_distributed_table('${name}', 'user_id'${how || ''})`
}

function known(name: string, how = ''): string {
  return `select citus_add_local_table_to_metadata('${name}'${how})`
}

/** As an operator reads it. */
export function describe(steps: readonly Step[]): string {
  return steps
    .map(({ says, sql }, index) => `${index + 1}. ${says}:\n${sql.map((line) => `     ${line};\n`).join('')}`)
    .join('')
}
