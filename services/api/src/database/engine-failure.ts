/** Emscripten's numbers for what the operating system refused (WASI's `errno`). */
const wasiErrors: Record<number, string> = {
  2: 'EACCES',
  51: 'ENOSPC',
  63: 'EPERM',
  69: 'EROFS',
  19: 'EDQUOT',
}

const reasons: Record<string, string> = {
  ENOSPC: 'its disk is full: the embedded database needs some 100 MB free, and more as it grows',
  EDQUOT: "this user's share of its disk is used up",
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it can only be read',
  EMFILE: 'too many files are open: raise the limit (`ulimit -n`)',
  ENOMEM: 'there is not enough memory',
}

/** Turns anything that the embedded engine throws, often no error at all, into an error with words in it. */
export function explainEngineFailure(cause: unknown, dataDir: string): Error {
  const reason = reasons[codeOf(cause) ?? ''] ?? messageOf(cause)
  return new Error(`Cannot use the embedded database in ${dataDir}: ${reason}`, { cause })
}

function codeOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null) return undefined
  if ('code' in cause && typeof cause.code === 'string') {
    return cause.code === '53100' ? 'ENOSPC' : cause.code
  }
  if ('errno' in cause && typeof cause.errno === 'number') return wasiErrors[cause.errno]
  return /No space left on device/.test(messageOf(cause)) ? 'ENOSPC' : undefined
}

function messageOf(cause: unknown): string {
  if (typeof cause === 'string') return cause
  if (typeof cause !== 'object' || cause === null) return String(cause)
  const { name = '', message = '' } = cause as { name?: unknown; message?: unknown }
  const told = String(message) || String(name)
  if (
    /^(RuntimeError|ExitStatus)$/.test(String(name)) ||
    /unreachable|Cannot read properties|Aborted\(/.test(told)
  ) {
    return `the engine ended by itself (${told}). Its files may be damaged: put back a backup, or set DATA_DIR to another folder`
  }
  return told || 'the engine gave no reason'
}
