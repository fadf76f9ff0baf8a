import { Writable } from 'node:stream'
import { pino } from 'pino'
import { createLog } from '../../src/log.ts'

export const silentLog = pino({ level: 'silent' })

/** The service's own log, and the lines of it. */
export function captureLog(level = 'info') {
  const lines: Record<string, unknown>[] = []
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()))
      done()
    },
  })
  return { log: createLog(level, sink), lines }
}
