/** As the replica names its databases: with the user's id. */
const PREFIX = 'tasklane '

/** Asks that the browser does not clear the tasks away when room gets short. */
export async function askToKeep(): Promise<void> {
  // Only over HTTPS and on this machine; refused silently elsewhere.
  await navigator.storage?.persist?.().catch(() => false)
}

/** Deletes what a sign-out that was cut off has left of others who have used this device. */
export async function deleteStoresOfOthers(userId: string): Promise<void> {
  const databases = (await indexedDB.databases?.().catch(() => [])) ?? []
  for (const { name = '' } of databases) {
    if (name.startsWith(PREFIX) && name !== `${PREFIX}${userId}`) indexedDB.deleteDatabase(name)
  }
}
