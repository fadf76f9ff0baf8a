import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { LogOutput, openStandardOutput } from './log-output.ts'

/**
 * The service's log: one JSON line an event.
 *
 * Errors are logged by name, code, message and stack; never with the values that a database error carries
 * in its `detail` or `parameters`, for those are what users wrote.
 */
export function createLog(level: string, destination: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
  }
  const log = pino(options, destination)
  if (destination instanceof LogOutput) {
    outputs.set(log, destination)
    destination.onDropped = (lines) => log.warn({ lines }, 'lines of the log are missing: nobody read it')
  }
  return log
}

const outputs = new WeakMap<Logger, LogOutput>()

/** How many lines of it are lost, because nobody read them. */
export function linesDroppedBy(log: Logger): number {
  return outputs.get(log)?.dropped ?? 0
}

/** The log on standard output, pretty on a terminal. */
export async function openLog(level: string): Promise<Logger> {
  const output = new LogOutput(openStandardOutput(), process.stdout.isTTY ? await prettyLines() : undefined)
  process.on('exit', () => output.end())
  return createLog(level, output)
}

async function prettyLines(): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty')
  return prettyFactory({ translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname', colorize: true })
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
