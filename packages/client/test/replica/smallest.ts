/** The fewest of these commands that still fail together, found by leaving out halves, then quarters, and so on. */
export async function smallest<Command>(
  all: readonly Command[],
  fails: (some: readonly Command[]) => Promise<boolean>,
): Promise<readonly Command[]> {
  let left = all
  for (let size = Math.ceil(all.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < left.length; ) {
      const fewer = left.toSpliced(start, size)
      if (await fails(fewer)) left = fewer
      else start += size
    }
  }
  return left
}
