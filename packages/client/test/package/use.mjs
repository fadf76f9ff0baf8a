// What somebody does who has installed the package: run by each Node, and bundled for a browser.
import { createClient, TasklaneError } from '@tasklane/client'
import { memoryStorage, openIndexedDb, openReplica, webCoordination } from '@tasklane/client/replica'

export async function use({ baseUrl, token, userId }) {
  const client = createClient({ baseUrl, token: () => token })
  const milk = await client.create({ title: 'Buy milk' })
  const refused = await client.create({ title: '' }).catch((error) => error)
  if (!(refused instanceof TasklaneError)) throw new Error('A title without a letter is taken')

  const inBrowser = typeof indexedDB !== 'undefined'
  const replica = await openReplica({
    client,
    userId,
    storage: inBrowser ? openIndexedDb() : memoryStorage(),
    ...(inBrowser && { coordination: webCoordination(navigator.locks, BroadcastChannel) }),
  })
  await replica.create({ title: 'Buy bread' })
  await new Promise((resolve) => {
    const look = ({ unsent, complete }) => unsent === 0 && complete && resolve()
    replica.subscribe(look)
    look(replica.state)
  })
  const titles = [...replica.state.tasks.values()].map(({ title }) => title).sort()
  await replica.destroy()
  await client.delete(milk.id)
  return { titles, code: refused.code }
}

if (typeof process !== 'undefined') {
  const [, , baseUrl, token, userId] = process.argv
  process.stdout.write(JSON.stringify(await use({ baseUrl, token, userId })))
}
