/** A migration: its name, and its SQL. */
export interface Migration {
  name: string
  sql: string
}

/**
 * What a migration does to `known` tables, which have rows, and that keeps others from them for as long as they are.
 * `beside` are all its statements.
 */
interface Rule {
  /** What is wrong, and what to do instead. */
  says: string
  breaks: (statement: string, known: ReadonlySet<string>, beside: readonly string[]) => boolean
}

const NAME = `(?:only )?(?:if exists )?("?[a-z_.]+"?)`
const alters = new RegExp(`^alter table ${NAME} (.*)$`)
/** These give the same for all rows, so PostgreSQL keeps the value once, in the catalogue. */
const stable = /^(?:now\(\)|current_timestamp|current_date|'[^']*'(?:::[a-z ]+)?|-?[\d.]+|true|false|null)$/

const defaultOf =
  /^add (?:column )?.*? default (.+?)(?: not null)?(?: (?:check|references|unique|primary)\b.*)?$/

/** The parts of `alter table`, such as two added columns, of a table that has rows. */
function changesOf(statement: string, known: ReadonlySet<string>): string[] {
  const [, table, changes] = alters.exec(statement) ?? []
  if (table === undefined || changes === undefined || !known.has(table)) return []
  return partsOf(changes)
}

const change = (pattern: RegExp) => (statement: string, known: ReadonlySet<string>) =>
  changesOf(statement, known).some((part) => pattern.test(part))

const onKnown = (pattern: RegExp) => (statement: string, known: ReadonlySet<string>) =>
  known.has(pattern.exec(statement)?.[1] ?? '')

export const rules: Record<string, Rule> = {
  'type of a column': {
    says: 'it rewrites the table: add a column, fill it by and by, and drop the old one in a later release',
    breaks: change(/^alter (?:column )?\S+ (?:set data )?type /),
  },
  'volatile default': {
    says: 'it rewrites the table: add the column without a default, and let the service fill it',
    breaks(statement, known) {
      return changesOf(statement, known).some((part) => {
        const [, value] = defaultOf.exec(part) ?? []
        return value !== undefined && !stable.test(value)
      })
    },
  },
  'generated column': {
    says: 'it rewrites the table: let the service write the value',
    breaks: change(/^add (?:column )?.*(?: generated |\b(?:small|big)?serial\b)/),
  },
  'not null': {
    says: 'it reads the whole table under its heaviest lock: validate a check in one release, set it in the next',
    breaks: change(/^alter (?:column )?\S+ set not null/),
  },
  'not null without a value': {
    says: 'it fails as soon as there is a row: give it a constant default',
    breaks: (statement, known) =>
      changesOf(statement, known)
        .map((part) => part.replaceAll(/\(.*\)/g, ''))
        .some((part) => /^add (?!constraint ).* not null/.test(part) && !/ default /.test(part)),
  },
  'constraint of a new column': {
    says: 'it reads the whole table under its heaviest lock: add the constraint by itself, as not valid',
    breaks: change(/^add (?!constraint )(?:column )?.*\b(?:check ?\(|references |unique\b|primary key)/),
  },
  constraint: {
    says: 'it reads the whole table under its heaviest lock: add it as not valid, validate it in a later release',
    breaks: change(
      /^add (?:constraint \S+ )?(?:check|foreign key|unique|primary key|exclude)\b(?!.*(?:not valid|using index))/,
    ),
  },
  'validation beside its constraint': {
    says: 'a migration is one transaction, which has the heavy lock by then: validate in one of a later release',
    breaks: (statement, known, beside) =>
      changesOf(statement, known).some((part) => {
        const [, name] = /^validate constraint (\S+)/.exec(part) ?? []
        return name !== undefined && beside.some((other) => other.includes(` add constraint ${name} `))
      }),
  },
  index: {
    says: 'nobody writes until it is built: it needs `concurrently`, which no transaction takes',
    breaks: onKnown(/^create (?:unique )?index (?!concurrently).*?\bon (?:only )?("?[a-z_.]+"?)/),
  },
  'whole table': {
    says: 'it keeps everybody out for as long as the table is large',
    breaks: onKnown(
      /^(?:lock(?: table)?|truncate(?: table)?|cluster|vacuum full|reindex table) (?:only )?("?[a-z_.]+"?)/,
    ),
  },
  'place of a table': {
    says: 'it rewrites the table',
    breaks: change(/^set (?:logged|unlogged|tablespace|access method)/),
  },
  'all rows': {
    says: 'it locks all rows that it changes until the end, and finds none under row-level security: let the service do it',
    breaks: onKnown(/^(?:with .* )?(?:update|delete from) (?:only )?("?[a-z_.]+"?)/),
  },
}

/** `migration: rule` for each statement of a migration that a rule refuses, in order and once each. */
export function lockingFaults(migrations: readonly Migration[]): { fault: string; says: string }[] {
  const known = new Set<string>()
  const faults = new Map<string, string>()
  for (const { name, sql } of migrations) {
    const statements = statementsOf(sql)
    for (const statement of statements) {
      for (const [rule, { breaks, says }] of Object.entries(rules)) {
        if (breaks(statement, known, statements)) faults.set(`${name}: ${rule}`, says)
      }
    }
    // What this one makes is empty as long as it runs.
    for (const statement of statements) {
      const [, table] = /^create (?:unlogged )?table (?:if not exists )?("?[a-z_.]+"?)/.exec(statement) ?? []
      if (table !== undefined) known.add(table)
    }
  }
  return [...faults].map(([fault, says]) => ({ fault, says }))
}

/** Without comments, each in one line of single spaces; the body of a function stays within its statement. */
export function statementsOf(sql: string): string[] {
  const bodies: string[] = []
  const plain = sql
    .replaceAll(/\$(\w*)\$[\s\S]*?\$\1\$/g, (body) => `$${bodies.push(body)}$`)
    .replaceAll(/--.*$/gm, '')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
  return plain
    .split(';')
    .map((statement) => statement.replaceAll(/\s+/g, ' ').trim().toLowerCase())
    .filter((statement) => statement !== '')
}

/** Parted at commas that stand in no brackets. */
function partsOf(changes: string): string[] {
  const parts: string[] = ['']
  let depth = 0
  for (const character of changes) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (character === ',' && depth === 0) parts.push('')
    else parts.push((parts.pop() ?? '') + character)
  }
  return parts.map((part) => part.trim())
}
