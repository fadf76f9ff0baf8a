/** A function that is made when it is first called: most of them are not, in the seconds after a start. */
export function lazily<A extends unknown[], R>(make: () => (...args: A) => R): (...args: A) => R {
  let made: ((...args: A) => R) | undefined
  return (...args) => {
    made ??= make()
    return made(...args)
  }
}
