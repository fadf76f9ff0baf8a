import pg from 'pg'

/**
 * Settings that a connection begins with, over those of its database and role: how times are written. Every pooler
 * knows these two, since JDBC's driver has always sent them; the encoding is sent by `pg` itself.
 */
const pinned = { DateStyle: 'ISO, MDY', TimeZone: 'UTC' }

type GetStartupConf = (this: pg.Client) => Record<string, string>

// The types of `pg` leave it out.
const { getStartupConf } = pg.Client.prototype as unknown as { getStartupConf: GetStartupConf }

/** A client whose rows read the same under any settings of its database and its role. */
export class Client extends pg.Client {
  getStartupConf(): Record<string, string> {
    return { ...getStartupConf.call(this), ...pinned }
  }
}
