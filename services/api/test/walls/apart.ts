interface InRequests {
  /** In which it runs. */
  requests: ReadonlySet<string>
}

/** Groups in which no request runs two of them: a request that is told something else tells of the one that it runs. */
export function apart<T extends InRequests>(all: readonly T[]): T[][] {
  const groups: { taken: Set<string>; items: T[] }[] = []
  for (const item of all) {
    const requests = [...item.requests]
    const group = groups.find(({ taken }) => !requests.some((name) => taken.has(name)))
    if (group === undefined) groups.push({ taken: new Set(requests), items: [item] })
    else {
      group.items.push(item)
      for (const name of requests) group.taken.add(name)
    }
  }
  return groups.map(({ items }) => items)
}
