import { Type } from 'typebox'
import { DEFAULT_QUOTA, quotaExceeded } from '../database/quota.ts'
import { mediaTypeDue } from '../http/contract/body.ts'
import { problems } from '../http/contract/problem-schema.ts'
import { lineTooLong } from './import.ts'
import { accountDeleted } from './queries.ts'
import { ExportText, ImportResult, Me } from './schema.ts'

const tags = ['account']
export const NDJSON = 'application/x-ndjson'
const PLAIN_TEXT = 'text/plain'
export const importTypes = [NDJSON, PLAIN_TEXT] as const

export const getMe = {
  tags,
  summary: 'Who am I, and how many tasks have I?',
  operationId: 'getMe',
  response: { 200: Me, ...problems() },
}

export const exportMe = {
  tags,
  summary: 'Export everything that is yours',
  description:
    'A line for each task, deleted ones included; the last line counts them, so a cut-off export is seen.',
  operationId: 'exportMe',
  response: {
    200: Type.Unsafe({ description: 'The export', content: { [NDJSON]: { schema: ExportText } } }),
    ...problems(),
  },
}

export const deleteMe = {
  tags,
  summary: 'Delete the account and everything that is yours, for good',
  operationId: 'deleteMe',
  response: { 204: Type.Null({ description: 'Nothing is left' }), ...problems(413, 415) },
}

export const importMe = {
  tags,
  summary: 'Take an export back',
  description:
    'All of it or nothing. ' +
    "Importing twice changes nothing. Another account's export becomes your own tasks, with new ids. " +
    `\`${NDJSON}\` is taken as well.`,
  operationId: 'importMe',
  body: { content: { [PLAIN_TEXT]: { schema: ExportText } } },
  response: {
    200: ImportResult,
    ...problems(lineTooLong(), accountDeleted(), quotaExceeded(DEFAULT_QUOTA), mediaTypeDue(...importTypes)),
  },
}
