import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { isUniqueViolation } from '../database/database-error.ts'
import type { Owner } from '../database/owner.ts'
import type { Run, Step } from '../database/statement.ts'
import { AppError, unavailable } from '../errors.ts'
import { type AnswerRow, idempotencyStatements as statements } from './statements.ts'

const LIFETIME_MILLISECONDS = 24 * 60 * 60 * 1000
const ATTEMPTS = 3

export const idempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      examples: ['0b5f3f6e-1c1b-4a53-9a43-7f6a3a3f9a55'],
      description: 'Kept for 24 hours: a repeat with the same key answers the first answer again',
    }),
  ),
})

/** An answer that can be given again, byte for byte. */
export interface Answer {
  status: number
  body: unknown
  location?: string
  entityTag?: string
}

interface StoredAnswer {
  status: number
  body: string
  location: string | null
  etag: string | null
  isReplay?: true
}

/** The caller's Idempotency-Key, as `idempotencyHeaders` asks for it; undefined where none was sent. */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  return request.headers['idempotency-key']?.toString()
}

/**
 * Does the work of a POST and remembers its answer in the same transaction, if the request has a key; a repeat
 * gets that answer, and does nothing.
 */
export async function idempotently(
  request: FastifyRequest,
  reply: FastifyReply,
  work: (run: Run) => Promise<Answer>,
): Promise<void> {
  const { owner } = request
  const key = idempotencyKeyOf(request)
  if (key === undefined) return send(reply, stored(await owner.inOwnTransaction(work)))
  return replayConflict(request, reply, key, () =>
    owner.inOwnTransaction(async (run) => {
      // Looked up first: a repeated delete or restore would find nothing left to do. Under the list's lock, a repeat
      // at the same time waits, and cannot deadlock with another write.
      const [, , [known]] = await run([owner.lockList(), forgetExpired(owner), findStep(owner, key)])
      if (known !== undefined) return recall(request, known)
      const answer = stored(await work(run))
      await run([rememberStep(owner, key, request, answer)])
      return answer
    }),
  )
}

/**
 * The same for work whose answer is known beforehand but for its entity tag, which is the list's new revision: all
 * of it is one round trip. `work` gets the step that remembers the answer, and gives the entity tag.
 */
export async function idempotentlyInOneTrip(
  request: FastifyRequest,
  reply: FastifyReply,
  key: string,
  foreseen: Answer,
  work: (...alongside: Step[]) => Promise<string>,
): Promise<void> {
  const { owner } = request
  const answer = stored(foreseen)
  return replayConflict(request, reply, key, async () => {
    const etag = await work(forgetExpired(owner), rememberStep(owner, key, request, answer, true))
    return { ...answer, etag }
  })
}

async function replayConflict(
  request: FastifyRequest,
  reply: FastifyReply,
  key: string,
  work: () => Promise<StoredAnswer>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return send(reply, await work())
    } catch (error) {
      // A repeat is answered as before, even where there is no more room for another task.
      if (!isUniqueViolation(error) && !isPastQuota(error)) throw error
      const [[known]] = await request.owner.read(findStep(request.owner, key))
      if (known !== undefined) return send(reply, recall(request, known))
      if (isPastQuota(error)) throw error
      // The key expired or its account was deleted between insert and lookup; nothing was written, so retry.
      if (attempt === ATTEMPTS) throw unavailable('This Idempotency-Key comes and goes', error)
    }
  }
}

function isPastQuota(error: unknown): boolean {
  return error instanceof AppError && error.code === 'quota_exceeded'
}

/** The answer that was given before, to the same request. */
function recall(request: FastifyRequest, row: AnswerRow): StoredAnswer {
  if (row.request_hash !== hashOf(request)) {
    throw keyReused()
  }
  return { ...row, isReplay: true }
}

/** For the description of every route that takes the header. */
export function keyReused(): AppError {
  return new AppError('idempotency_key_reused', 'This Idempotency-Key was used for another request')
}

function send(reply: FastifyReply, { status, body, location, etag, isReplay }: StoredAnswer): void {
  if (isReplay) reply.header('idempotency-replayed', 'true')
  if (location !== null) reply.header('location', location)
  if (etag !== null) reply.header('etag', etag)
  reply.code(status).header('content-type', 'application/json; charset=utf-8').send(body)
}

function stored({ status, body, location, entityTag }: Answer): StoredAnswer {
  return { status, body: JSON.stringify(body), location: location ?? null, etag: entityTag ?? null }
}

function forgetExpired(owner: Owner): Step {
  return owner.step(statements.forgetExpired, new Date().toISOString())
}

function findStep(owner: Owner, key: string): Step<AnswerRow> {
  return owner.step(statements.find, key, new Date().toISOString())
}

function rememberStep(
  owner: Owner,
  key: string,
  request: FastifyRequest,
  { status, body, location, etag }: StoredAnswer,
  hasTag = etag !== null,
): Step {
  const expiresAt = new Date(Date.now() + LIFETIME_MILLISECONDS).toISOString()
  return owner.step(statements.remember, key, hashOf(request), expiresAt, status, body, location, hasTag)
}

/** Equal for two requests with the same route, parameters and body, each as validation left it. */
function hashOf(request: FastifyRequest): string {
  const content = JSON.stringify([
    request.method,
    request.routeOptions.url,
    request.params,
    request.body ?? null,
  ])
  return createHash('sha256').update(content).digest('base64url')
}
