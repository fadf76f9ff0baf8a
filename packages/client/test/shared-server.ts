import { inject } from 'vitest'
import { type Served, tokenOf } from './server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    serverUrl: string
  }
}

/** One for all files, since a start takes longer than most of them. Tests have users of their own. */
export function sharedServer(): Served {
  return { url: inject('serverUrl'), token: tokenOf }
}
