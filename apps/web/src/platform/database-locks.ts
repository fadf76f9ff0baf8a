import type { Locks } from '@tasklane/client/replica'

/**
 * For pages of plain HTTP, where browsers have no Web Locks. Whoever holds a lock has a database open, at a version that
 * was made for this: browsers make a version only once nobody else has the database open, one at a time, in the order in
 * which they were asked, and a closed tab has nothing open any more.
 */
export function databaseLocks(databases: IDBFactory): Locks {
  return {
    async request(name, { signal }, work) {
      const lock = `lock of ${name}`
      // Where nothing can be stored, nothing is shared either.
      const taken = take(databases, lock).catch(() => undefined)
      try {
        await Promise.race([taken, ended(signal)])
        await work()
      } finally {
        void taken.then((database) => {
          database?.close()
          databases.deleteDatabase(lock)
        })
      }
    },
  }
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

async function take(databases: IDBFactory, lock: string): Promise<IDBDatabase> {
  let version: number | undefined
  for (;;) {
    const opened = await open(databases, lock, version)
    if (opened?.isOwn) return opened.database
    version = opened && opened.database.version + 1
    opened?.database.close()
  }
}

/** At its own version, made for this alone, or at one that another has made; undefined where that is a later one. */
function open(
  databases: IDBFactory,
  lock: string,
  version: number | undefined,
): Promise<{ database: IDBDatabase; isOwn: boolean } | undefined> {
  return new Promise((resolve, reject) => {
    const opening = databases.open(lock, version)
    let isOwn = false
    opening.onupgradeneeded = () => {
      isOwn = true
    }
    opening.onsuccess = () => resolve({ database: opening.result, isOwn })
    opening.onerror = () => {
      if (opening.error?.name === 'VersionError') resolve(undefined)
      else reject(opening.error)
    }
  })
}
