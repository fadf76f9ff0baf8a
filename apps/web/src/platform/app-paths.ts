const pages = /^\/(?:|today|upcoming|completed|search|trash|sign-in|create-account)\/?$/
const ofData = /^\/(?:tasks(?:\/[0-9a-f-]{36})?|tags\/[^/]+)\/?$/i

/** Whether a person who opens this path is to see the app. Others are the API's, the console's, or nobody's. */
export function isAppPath(path: string): boolean {
  return pages.test(path) || ofData.test(path)
}
