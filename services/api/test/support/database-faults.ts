import type { Database } from '../../src/database/database.ts'

/** From now on every transaction of a user fails in the database with this SQLSTATE and message. */
export async function failWith(database: Database, state: string, message: string): Promise<void> {
  await database.pool.query(`
    create or replace function app_set_user(u uuid) returns void language plpgsql as $$
    begin
      raise exception using errcode = '${state}', message = '${message}';
    end
    $$`)
}
