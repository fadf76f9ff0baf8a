import { type DestinationStream, type Logger, pino } from 'pino'

/**
 * The service's log: one JSON line an event on standard output, pretty on a terminal.
 *
 * Errors are logged by name, code, message and stack; never with the values that a database error carries
 * in its `detail` or `parameters`, for those are what users wrote.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
    ...(process.stdout.isTTY &&
      destination === undefined && {
        transport: {
          target: 'pino-pretty',
          options: { translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' },
        },
      }),
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

interface ErrorDescription {
  name: string
  message: string
  code?: unknown
  stack?: string | undefined
  cause?: ErrorDescription
}

function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error))
    return { name: typeof error, message: 'a value that is not an error was thrown' }
  return {
    name: error.name,
    message: messageOf(error),
    ...('code' in error && { code: error.code }),
    stack: error.stack?.split('\n').slice(1).join('\n'),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  }
}

/** PostgreSQL quotes the offending value in some messages (class 22), and values belong to users. */
function messageOf(error: Error): string {
  const isDataException = 'code' in error && typeof error.code === 'string' && error.code.startsWith('22')
  return isDataException ? 'the database refused a value' : error.message
}
