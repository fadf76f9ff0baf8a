import { beginAnew } from '../backup/begin-anew.ts'
import type { RunCommand } from './run-command.ts'
import { withDatabase } from './with-database.ts'

/** `tasklane restored`: what `restore` does by itself, after a restore by other means. */
export const restored: RunCommand = (config) =>
  withDatabase(config, async (database) => {
    const count = await beginAnew(database)
    return `Began anew for ${count} users: their clients start again at their next look.`
  })
