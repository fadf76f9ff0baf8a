/** The part of the Trusted Types API that is used here; TypeScript's library does not have it. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): {
    createScriptURL(url: string): string
  }
}

const WORKER = '/sw.js'

/** Keeps the shell for times without a network. Over plain HTTP, browsers have no workers but on this machine. */
export async function registerWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  // Without it the app works all the same, but not offline.
  await navigator.serviceWorker.register(trusted(WORKER)).catch(() => undefined)
}

/** The page's policy lets no address of a script through but this one. */
function trusted(url: string): string {
  if (!('trustedTypes' in globalThis)) return url
  const { trustedTypes } = globalThis as unknown as { trustedTypes: TrustedTypes }
  const rules = { createScriptURL: (given: string) => (given === WORKER ? given : '') }
  return trustedTypes.createPolicy('tasklane', rules).createScriptURL(url)
}
