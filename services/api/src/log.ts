import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'

/**
 * The service's log: one JSON line an event on standard output, pretty on a terminal.
 *
 * Errors are logged by name, code, message and stack; never with the values that a database error carries
 * in its `detail` or `parameters`, for those are what users wrote.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
  }
  if (destination === undefined && process.stdout.isTTY) return pino({ ...options, transport: pretty })
  return pino(options, destination ?? bufferedOutput())
}

const BUFFER_BYTES = 4096
const FLUSH_MILLISECONDS = 100

/**
 * Standard output, a page at a time: a system call for every line is a tenth of what a request costs. Lines wait for
 * 100 ms at most, and what is left is written when the process ends, however it ends but by SIGKILL.
 */
function bufferedOutput(): DestinationStream {
  const output = pino.destination({
    fd: 1,
    sync: true,
    minLength: BUFFER_BYTES,
    periodicFlush: FLUSH_MILLISECONDS,
  })
  process.on('exit', () => output.flushSync())
  return output
}

const pretty = {
  target: 'pino-pretty',
  options: { translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' },
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
    // Only the frames: a message of several lines goes on in the lines above them.
    stack: error.stack
      ?.split('\n')
      .filter((line) => /^ {4}at /.test(line))
      .join('\n'),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  }
}

/** PostgreSQL quotes the offending value in some messages (class 22), and values belong to users. */
function messageOf(error: Error): string {
  const isDataException = 'code' in error && typeof error.code === 'string' && error.code.startsWith('22')
  return isDataException ? 'the database refused a value' : error.message
}
